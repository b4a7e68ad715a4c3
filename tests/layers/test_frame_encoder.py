"""Convolutions over frames."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import FrameEncoder


def frames(count, channels=3, seed=0):
    return np.random.default_rng(seed).normal(size=(2, count, channels)).astype("f4")


def test_it_is_relu_of_a_convolution_and_then_a_residual_one():
    layer = FrameEncoder(4, layers=2, kernel_size=3)
    x = frames(5)
    found = ops.convert_to_numpy(layer(x))
    (first, second), (b, c) = [
        [ops.convert_to_numpy(w) for w in ws] for ws in (layer.kernels, layer.biases)
    ]
    h = np.stack([sum(x[:, t + k] @ first[k] for k in range(3)) for t in range(3)], 1)
    h = np.maximum(h + b, 0)
    y = sum(h[:, k] @ second[k] for k in range(3)) + c
    np.testing.assert_allclose(found[:, 0], np.maximum(h[:, 1] + y, 0), atol=1e-5)
    assert layer.margin == 2 and found.shape == (2, 1, 4)


def test_a_vector_is_one_more_input_of_every_frame():
    layer = FrameEncoder(4, layers=1)
    vector = np.ones((2, 1, 2), "float32")
    found = layer(frames(6), vector)
    joined = np.concatenate([frames(6), np.ones((2, 6, 2), "float32")], axis=-1)
    other = FrameEncoder(4, layers=1)
    other(joined)
    other.set_weights(layer.get_weights())
    np.testing.assert_allclose(
        ops.convert_to_numpy(found), ops.convert_to_numpy(other(joined)), atol=1e-6
    )


def test_a_part_of_a_clip_is_encoded_as_in_the_whole():
    layer = FrameEncoder(4, layers=3, kernel_size=3)
    whole = ops.convert_to_numpy(layer(frames(20)))
    part = ops.convert_to_numpy(layer(frames(20)[:, 5:15]))
    np.testing.assert_allclose(part, whole[:, 5:9], atol=1e-6)


@pytest.mark.parametrize("arguments", [{"channels": 0}, {"layers": 0}])
def test_what_is_out_of_range_is_refused(arguments):
    with pytest.raises(ValueError, match="must be an integer of at least 1"):
        FrameEncoder(**{"channels": 4, **arguments})


def test_an_even_kernel_is_refused():
    with pytest.raises(ValueError, match="kernel_size"):
        FrameEncoder(4, kernel_size=2)


def test_its_config_makes_it_again():
    config = FrameEncoder(4, layers=3, kernel_size=5).get_config()
    again = FrameEncoder.from_config(config)
    assert (again.channels, again.layers, again.kernel_size) == (4, 3, 5)
