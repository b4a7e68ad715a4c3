"""The skip connections: the newest positions of all blocks, side by side."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import SkipConnections

LENGTHS, CHANNELS = (9, 7, 4), (3, 5, 3)


@pytest.fixture(scope="module")
def zs(noise):
    each = zip(LENGTHS, CHANNELS, strict=True)
    return [noise(2, length, channels, seed=length) for length, channels in each]


def test_one_projection_is_the_sum_of_a_projection_for_each_block(zs, noise):
    kernels = [noise(channels, 6, seed=channels) for channels in CHANNELS]
    layer = SkipConnections()
    joined = ops.convert_to_numpy(layer([ops.convert_to_tensor(z) for z in zs]))
    assert joined.shape == layer.compute_output_shape([z.shape for z in zs])
    pairs = zip(zs, kernels, strict=True)
    expected = sum(z[:, -LENGTHS[-1] :] @ kernel for z, kernel in pairs)
    found = joined @ np.concatenate(kernels)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_a_graph_takes_blocks_of_any_length(zs):
    inputs = [keras.Input((None, channels)) for channels in CHANNELS]
    outputs = SkipConnections()(inputs)
    assert outputs.shape == (None, None, sum(CHANNELS))
    found = keras.Model(inputs, outputs)([z[:, 2:] for z in zs])
    np.testing.assert_array_equal(
        ops.convert_to_numpy(found), np.concatenate([z[:, -2:] for z in zs], axis=-1)
    )
