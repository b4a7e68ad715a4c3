"""Signals and sources that the tests of features share."""

import numpy as np
import pytest

from tests.array_source import array_source


@pytest.fixture
def make_source():
    """Make a source from arrays and a sample rate."""
    return array_source


@pytest.fixture(scope="session")
def noise():
    """Noise of so many samples, another one for each seed: float32 in [-1, 1]."""

    def make(samples, seed=0, level=0.1):
        normal = np.random.default_rng(seed).normal(0, level, samples)
        return normal.clip(-1, 1).astype("float32")

    return make


@pytest.fixture(scope="session")
def voice():
    """A harmonic tone; its pitch in Hz is one number, or one for each sample."""

    def make(pitch, samples, sample_rate):
        phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, samples)) / sample_rate
        tone = sum(
            np.sin(k * phase) / k
            for k in range(1, 16)
            if k * np.max(pitch) < sample_rate / 2
        )
        return (0.1 * tone).astype("float32")

    return make
