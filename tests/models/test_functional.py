"""A WaveNet as a part of Keras models, whole or in layers."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.family import KINDS, SMALL, conditions_of

X = np.random.default_rng(0).uniform(-1, 1, (2, 12)).astype("float32")


@pytest.fixture(scope="module")
def model(tiny_wavenet):
    return tiny_wavenet(**{**SMALL, **KINDS["both"]})


@pytest.fixture(scope="module")
def inputs(model):
    return {"waveform": X, **conditions_of(model, 12)}


def _numpy(outputs):
    return ops.convert_to_numpy(outputs)


@pytest.mark.parametrize("start", ["silence", "zeros"])
def test_a_model_within_a_model_takes_the_waveform_alone(tiny_wavenet, start):
    model = tiny_wavenet(dilations=[1, 2], start=start)
    waveform = keras.Input((None,))
    outer = keras.Model(waveform, model(waveform))
    assert outer.output.shape == (None, None, 256)
    sequential = keras.Sequential([keras.Input((12,)), model])
    assert sequential.output_shape == (None, 12, 256)
    expected = _numpy(model(X))
    for made in (outer, sequential):
        np.testing.assert_allclose(_numpy(made(X)), expected, atol=1e-5)


def test_a_model_with_conditions_within_a_model_is_saved(model, inputs, tmp_path):
    symbols = {
        "waveform": keras.Input((None,)),
        "speaker": keras.Input((), dtype="int32"),
        "local": keras.Input((None, 4)),
    }
    outer = keras.Model(list(symbols.values()), model(symbols))
    outer.save(tmp_path / "outer.keras")
    loaded = keras.saving.load_model(tmp_path / "outer.keras")
    outputs = loaded([inputs[name] for name in symbols])
    np.testing.assert_allclose(_numpy(outputs), _numpy(model(inputs)), atol=1e-5)


def test_symbolic_inputs_are_checked(model):
    with pytest.raises(ValueError, match="must have \\['local', 'speaker', 'waveform'"):
        model(keras.Input((None,)))


def test_a_clone_has_the_layers_and_takes_the_weights(model, inputs):
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    outputs = clone(model.complete_inputs(inputs))
    np.testing.assert_allclose(_numpy(outputs), _numpy(model(inputs)), atol=1e-5)


def test_a_model_of_activations_takes_the_complete_inputs(model, inputs):
    zs = keras.Model(model.inputs, [block.output[1] for block in model.blocks])
    *_, last = zs(model.complete_inputs(inputs))
    assert last.shape == (2, 12, SMALL["dilation_channels"])


def test_layers_over_time_may_hold_a_model(tiny_wavenet):
    model = tiny_wavenet(dilations=[1])
    wrapped = keras.layers.TimeDistributed(model)(keras.Input((3, 12)))
    assert wrapped.shape == (None, 3, 12, 256)


@pytest.mark.neutral
def test_a_drawing_of_the_model_has_its_layers_and_how_they_connect(tiny_wavenet):
    graph = keras.utils.model_to_dot(tiny_wavenet(dilations=[1, 2])).to_string()
    assert all(name in graph for name in ("waveform", "block_0", "block_1"))
    assert graph.count("->") >= 5
