"""A waveform as a scalar input: as it is, or companded."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers.mu_law import mu_law_encode
from keras_wavenet.layers.scalar_input import ScalarInput

AUDIO = np.linspace(-1, 1, 101, dtype="float32").reshape(1, 101)


@pytest.mark.parametrize("policy", ["float32", "bfloat16"])
def test_a_waveform_is_one_channel_of_float32(policy):
    found = ops.convert_to_numpy(ScalarInput(dtype=policy)(AUDIO))
    assert found.dtype == "float32"
    np.testing.assert_array_equal(found, AUDIO[..., None])


@pytest.mark.parametrize("levels", [16, 256, 65536])
def test_companded_codes_span_the_same_interval(levels):
    found = ops.convert_to_numpy(ScalarInput(levels)(AUDIO))[0, :, 0]
    expected = 2 * mu_law_encode(AUDIO, levels)[0] / (levels - 1) - 1
    np.testing.assert_allclose(found, expected, rtol=0, atol=2.1 / levels + 1e-6)
    assert np.abs(found - expected).mean() < 0.1 / levels + 1e-6  # but for bin edges
    assert found[0] == -1 and found[-1] == 1
    assert (np.diff(found) >= 0).all()


def test_a_single_sample_of_each_stream_gets_a_channel_too():
    assert ScalarInput().call(ops.zeros((3,))).shape == (3, 1)


def test_a_layer_made_from_its_config_is_the_same():
    layer = ScalarInput(64)
    assert ScalarInput.from_config(layer.get_config()).levels == 64


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [1, 65537, 2.5, True])
def test_an_impossible_number_of_levels_is_refused(levels):
    with pytest.raises(ValueError, match="`levels` must be an integer from 2 to 65536"):
        ScalarInput(levels)
