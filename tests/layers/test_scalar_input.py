"""A waveform as a scalar input: as it is, or companded."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import companding
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


@pytest.mark.parametrize("mu", [255, 256])
def test_a_waveform_is_companded_without_rounding(mu):
    found = ops.convert_to_numpy(ScalarInput(mu=mu)(AUDIO))[0, :, 0]
    x = AUDIO[0].astype("float64")
    expected = np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("name, steps", [("mu_law_nsynth", 256), ("mu_law_r9y9", 255)])
def test_a_code_is_the_number_that_its_project_has_for_it(name, steps):
    codes = np.arange(256)
    samples = companding.get(name).decode(codes, 256)
    found = ops.convert_to_numpy(ScalarInput(256, name)(samples))[:, 0]
    np.testing.assert_allclose(found, 2 * codes / steps - 1, atol=1e-7)


def test_a_single_sample_of_each_stream_gets_a_channel_too():
    assert ScalarInput().call(ops.zeros((3,))).shape == (3, 1)


def test_a_layer_made_from_its_config_is_the_same():
    layer = ScalarInput(64)
    assert ScalarInput.from_config(layer.get_config()).levels == 64
    assert ScalarInput.from_config(ScalarInput(mu=9).get_config()).mu == 9
    with pytest.raises(ValueError, match="Either `levels` or `mu`"):
        ScalarInput(64, mu=9)


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [1, 65537, 2.5, True])
def test_an_impossible_number_of_levels_is_refused(levels):
    with pytest.raises(ValueError, match="`levels` must be an integer from 2 to 65536"):
        ScalarInput(levels)
