"""Linear interpolation between frames, as a matrix."""

import numpy as np
from keras import ops

from keras_wavenet.layers import ConditionProducts, FrameInterpolation

HOP = 4


def test_samples_lie_on_straight_lines_between_the_middles_of_frames():
    layer = FrameInterpolation(HOP)
    heights = np.array([5.0, 1.0, 3.0, 2.0])  # the first and the last are the margin
    weights = ops.convert_to_numpy(layer.weights_of(4, 0, 8))
    middles = (np.arange(4) - 1) * HOP + HOP // 2
    expected = np.interp(np.arange(8), middles, heights)
    np.testing.assert_allclose(weights @ heights, expected, atol=1e-6)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)


def test_rows_before_a_window_are_those_of_its_early_positions():
    layer = FrameInterpolation(HOP, early_positions=6)
    frames = np.zeros((1, 7, 2), "float32")
    found = ops.convert_to_numpy(layer(frames, np.zeros((1, 10, 1), "float32")))
    every = ops.convert_to_numpy(layer.weights_of(7, 0, 12))
    np.testing.assert_array_equal(found, every[2:])  # 6 early positions, 8 in 2 frames


def test_projecting_frames_first_is_projecting_what_is_interpolated():
    layer = FrameInterpolation(HOP)
    frames = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    weights = layer.weights_of(5, 0, 12)
    projection = ConditionProducts(6, {"local": 3})
    projection.build()
    first = projection({"local": (ops.convert_to_tensor(frames), weights)})
    rows = ops.matmul(ops.expand_dims(weights, 0), frames)
    then = projection({"local": rows})
    np.testing.assert_allclose(
        ops.convert_to_numpy(first), ops.convert_to_numpy(then), atol=1e-5
    )
