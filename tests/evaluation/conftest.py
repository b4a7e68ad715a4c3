"""Speech that the tests of evaluation share."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

import keras_wavenet

RATE = 16000


@pytest.fixture(scope="session")
def speech():
    """A sentence of 3 s from the shipped speech: float32, `(T,)`, at 16 kHz."""
    folder = Path(keras_wavenet.__file__).parent / "data/spoken_prompts/audio"
    waveform, rate = soundfile.read(
        folder / "en_allison/tt-weasels.flac", dtype="float32"
    )
    assert rate == RATE
    return waveform


@pytest.fixture(scope="session")
def noisy(speech):
    """The sentence with noise of a level: the standard deviation of the noise."""

    def add(level):
        noise = np.random.default_rng(0).normal(0, level, len(speech))
        return (speech + noise).astype("float32")

    return add
