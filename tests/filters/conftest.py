"""Signals that the tests of filters share."""

import numpy as np
import pytest

from tests.array_source import array_source

RATE = 16000


@pytest.fixture
def make_source():
    """Make a source from a list of arrays."""
    return lambda waveforms: array_source(waveforms, RATE)


@pytest.fixture(scope="session")
def resonances():
    """Half a minute of noise with two resonances, and `a_1` to `a_4` that made it."""
    from scipy.signal import lfilter

    poles = np.array([0.95 * np.exp(0.2j), 0.9 * np.exp(1.4j)])
    polynomial = np.poly([*poles, *poles.conj()]).real
    noise = np.random.default_rng(0).normal(size=30 * RATE)
    signal = lfilter([1], polynomial, noise)
    return (0.5 * signal / np.abs(signal).max()).astype("float32"), polynomial[1:]
