"""Resampled audio: its length is known beforehand, its pitch stays."""

import numpy as np
import pytest

from keras_wavenet.data.resampling import resample, resampled_length

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize("from_rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("length", [1, 2, 1000, 1001, 12345])
def test_the_length_is_that_of_resampled_length(from_rate, length):
    resampled = resample(np.ones(length, "float32"), from_rate, 16000)
    assert len(resampled) == resampled_length(length, from_rate, 16000)
    assert len(resampled) == pytest.approx(length * 16000 / from_rate, abs=0.5)
    assert resampled.dtype == np.float32


@pytest.mark.parametrize("from_rate", [8000, 22050, 48000])
def test_a_tone_keeps_its_pitch_and_level(from_rate):
    tone = np.sin(2 * np.pi * 440 * np.arange(from_rate) / from_rate).astype("float32")
    expected = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    middle = slice(1000, 15000)  # the filter rings where the tone is cut off
    np.testing.assert_allclose(
        resample(tone, from_rate, 16000)[middle], expected[middle], atol=1e-3
    )
