"""Kernels that share a variable are drawn as if each stood alone."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import SideBySide


def draw(initializer, parts, shape, axis=-1):
    """The parts of a kernel, in their order."""
    kernel = SideBySide(initializer, parts, axis)(shape)
    return np.split(ops.convert_to_numpy(kernel), parts, axis=axis)


@pytest.mark.parametrize("axis", [0, -1])
def test_every_part_has_the_limits_of_a_kernel_that_stands_alone(axis):
    shape = (256, 64) if axis == 0 else (64, 256)
    limit = np.sqrt(6 / (64 + 64))
    for part in draw("glorot_uniform", 4, shape, axis):
        assert part.shape == (64, 64)
        assert 0.98 * limit < np.abs(part).max() <= limit


@pytest.mark.parametrize("seed", [None, 7, "generator"])
def test_the_parts_differ_from_one_another(seed):
    if seed == "generator":
        seed = keras.random.SeedGenerator(7)
    initializer = keras.initializers.GlorotUniform(seed=seed)
    first, second = draw(initializer, 2, (64, 128))
    assert (first != second).mean() > 0.99


def test_a_seed_repeats_the_draw():
    first, again, other = (
        draw(keras.initializers.GlorotUniform(seed=seed), 2, (64, 128))[0]
        for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.99


def test_a_plain_function_draws_each_part():
    def ascending(shape, dtype=None):
        return ops.reshape(ops.arange(np.prod(shape), dtype=dtype), shape)

    first, second = draw(ascending, 2, (2, 6))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, [[0, 1, 2], [3, 4, 5]])


def test_an_initializer_made_from_its_config_draws_the_same():
    initializer = SideBySide(keras.initializers.GlorotUniform(seed=3), 2, axis=0)
    config = keras.initializers.serialize(initializer)
    assert config["registered_name"] == "keras_wavenet>SideBySide"
    again = keras.initializers.deserialize(config)
    draws = [ops.convert_to_numpy(drawer((128, 64))) for drawer in (initializer, again)]
    np.testing.assert_array_equal(*draws)


def test_a_kernel_that_does_not_divide_is_refused():
    with pytest.raises(ValueError, match=r"into 2 parts. Received: shape=\(4, 5\)"):
        SideBySide("glorot_uniform", 2)((4, 5))
