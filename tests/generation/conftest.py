"""One small network that all tests of generation share: loops compile slowly."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet


@pytest.fixture(scope="session")
def network():
    """A network with every kind of queue, whose distributions are not flat."""
    keras.utils.set_random_seed(0)
    model = WaveNet(
        [1, 2, 4, 1],
        residual_channels=8,
        dilation_channels=8,
        skip_channels=16,
        kernel_size=3,
    )
    rng = np.random.default_rng(0)
    weights = [w + rng.normal(0, 0.3, w.shape) for w in model.get_weights()]
    model.set_weights(weights)
    return model


@pytest.fixture(scope="session")
def prime(network):
    """Two streams of audio, longer than the receptive field."""
    rng = np.random.default_rng(1)
    length = network.receptive_field + 7
    return rng.uniform(-0.5, 0.5, (2, length)).astype("float32")
