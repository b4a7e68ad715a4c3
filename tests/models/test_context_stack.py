"""The context stack: frames over a long history, as a whole and frame by frame."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from keras_wavenet.models import ContextStack

HOP, C, EARLY, T = 4, 3, 6, 13


@pytest.fixture(scope="module")
def stack(noise_of):
    stack = ContextStack(EARLY, [1, 2], channels=C, hop=HOP)
    stack.build()
    stack.set_weights([noise_of(w.shape, i) for i, w in enumerate(stack.weights)])
    return stack


@pytest.fixture(scope="module")
def noise_of():
    def draw(shape, seed):
        return np.random.default_rng(seed).normal(size=shape).astype("float32")

    return draw


@pytest.fixture(scope="module")
def waveform(stack, noise_of):
    return noise_of((2, stack.context_length + T), 99)


@pytest.fixture(scope="module")
def rows(stack, waveform):
    positions = np.zeros((2, EARLY + T, 1), "float32")
    return ops.convert_to_numpy(stack(waveform, positions))


def formula(stack, frames):
    """Its output after the last of some frames, `(F, HOP)`, in plain NumPy."""

    def dense(layer, x):
        kernel, bias = layer.get_weights()
        return x @ kernel + bias

    x, zs = dense(stack.frame_product, frames), []
    for block, dilation in zip(stack.blocks, stack.dilations, strict=True):
        kernel, bias = block.filter_gate.get_weights()
        fused = x[:-dilation] @ kernel[0] + x[dilation:] @ kernel[1] + bias
        filters, gates = np.split(fused, 2, axis=-1)
        z = np.tanh(filters) / (1 + np.exp(-gates))
        zs.append(z[-1])
        if block.residual:
            x = x[dilation:] + dense(block.residual_projection, z)
    return np.maximum(dense(stack.output_product, np.concatenate(zs)), 0)


def test_it_hears_whole_frames_that_ended_before(stack):
    assert stack.history == 3  # frames
    assert stack.frames == 3 + 1 + 2  # two for the positions left of the window
    assert stack.context_length == 6 * HOP - 1


def test_each_row_is_the_formula_of_the_preceding_frames(stack, waveform, rows):
    assert rows.shape == (2, EARLY + T, C) and rows.std() > 0.1
    # `waveform` starts `frames` frames left of sample 0, and ends at T - 2.
    for position, sample in enumerate(range(-EARLY, T)):
        last = sample // HOP  # the frames up to this one have ended
        stop = (stack.frames + last) * HOP
        frames = waveform[0, stop - 4 * HOP : stop].reshape(4, HOP)
        expected = formula(stack, frames)
        np.testing.assert_allclose(rows[0, position], expected, rtol=1e-4, atol=1e-4)


def test_steps_after_a_prefill_equal_the_call(stack, waveform, rows):
    past = waveform[:, : stack.context_length + 1]
    outputs, state = stack.prefill(ops.convert_to_tensor(past))
    for frame in range(3):
        first = EARLY + frame * HOP
        found = ops.convert_to_numpy(outputs)
        np.testing.assert_allclose(found, rows[:, first], rtol=0, atol=1e-5)
        start = stack.frames * HOP + frame * HOP
        newest = ops.convert_to_tensor(waveform[:, start : start + HOP])
        outputs, state = stack.step(newest, state)


def test_a_stack_made_from_its_config_is_the_same(stack):
    again = ContextStack.from_config(stack.get_config())
    assert again.get_config() == stack.get_config()
    assert again.compute_output_shape((2, 40), (2, 19, 5)) == (2, 19, C)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"dilations": [1, 0]}, r"dilations\[1\]=0"),
        ({"channels": 0}, "channels=0"),
        ({"hop": 1.5}, "hop=1.5"),
        ({"kernel_size": 1}, "kernel_size=1"),
    ],
)
def test_an_impossible_argument_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ContextStack(0, **{"dilations": [1], **arguments})


def test_a_network_is_built_with_all_layers_of_its_stack():
    stack = {"dilations": [1, 2], "channels": 4, "hop": 4}
    model = WaveNet(dilations=[1, 2], context_stack=stack)
    assert all(layer.built for layer in model._flatten_layers())
