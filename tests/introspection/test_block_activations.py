"""What blocks compute: the numbers of the layers themselves."""

import keras
import numpy as np
import pytest

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection import activation_levels, activations


def layer_outputs(model, inputs, tensors):
    inside = inference(keras.Model(model.inputs, tensors))
    outputs = inside(model.complete_inputs(inputs))
    return [keras.ops.convert_to_numpy(output)[0] for output in outputs]


@pytest.mark.parametrize(
    "kind", ["vocoder", pytest.param("speech", marks=pytest.mark.neutral)]
)
def test_they_are_what_the_layers_of_the_model_give(kind, recorded, call_inputs):
    model, waveform, conditions = recorded(kind)
    blocks = activations(model, waveform, conditions)
    x, z, skip = layer_outputs(
        model,
        call_inputs(waveform, conditions),
        [*model.get_layer("block_1").output, model.get_layer("skip").output],
    )
    own = blocks[1]
    np.testing.assert_allclose(own.residual, x[-40:], atol=1e-5)
    np.testing.assert_allclose(own.z, z[-40:], atol=1e-5)
    np.testing.assert_allclose(own.z, own.filter * own.gate, atol=1e-6)
    assert own.gate.min() > 0 and own.filter.min() < 0
    total = sum(block.skip for block in blocks) + np.array(model.network.skip.bias)
    np.testing.assert_allclose(np.maximum(total, 0), skip[-40:], atol=1e-5)


@pytest.mark.neutral
def test_a_span_of_some_blocks_is_that_part_of_all(recorded):
    model, waveform, conditions = recorded("both")
    every = activations(model, waveform, conditions)
    (last,) = activations(model, waveform, conditions, blocks=[2], start=7, stop=30)
    for name, array in last._asdict().items():
        whole = getattr(every[2], name)
        np.testing.assert_allclose(array, whole[7:30], atol=1e-5)


@pytest.mark.neutral
def test_levels_are_means_over_the_channels(recorded):
    model, waveform, _ = recorded()
    blocks = activations(model, waveform)
    levels = activation_levels(model, waveform)
    gates = [block.gate.mean(axis=1) for block in blocks]
    skips = [np.sqrt((block.skip**2).mean(axis=1)) for block in blocks]
    np.testing.assert_allclose(levels.gate, gates, rtol=1e-5)
    np.testing.assert_allclose(levels.skip, skips, rtol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"blocks": [3]}, "from 0 to 2. Received: 3"),
        ({"waveform": np.zeros(2**24, "float32")}, "activation_levels.*numbers of 3"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, words, recorded):
    model, waveform, _ = recorded()
    with pytest.raises(ValueError, match=words):
        activations(model, **{"waveform": waveform, **arguments})
