"""One small network that all tests of generation share: loops compile slowly."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def network(tiny_wavenet):
    """A network with every kind of queue, whose distributions are not flat."""
    return tiny_wavenet(dilations=[1, 2, 4, 1], kernel_size=3)


@pytest.fixture(scope="session")
def prime(network):
    """Two streams of audio, longer than the receptive field."""
    rng = np.random.default_rng(1)
    length = network.receptive_field + 7
    return rng.uniform(-0.5, 0.5, (2, length)).astype("float32")
