"""Spectrograms: where a tone lies, and how loud it is."""

import sys

import numpy as np
import pytest

from keras_wavenet.training.monitoring.pictures import new_figure, spectrogram

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_a_tone_lies_at_its_frequency_and_has_its_level(rate):
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    decibels, hop = spectrogram(tone, rate)
    middle = decibels[:, decibels.shape[1] // 2]
    frequency = middle.argmax() * rate / (4 * hop)
    assert frequency == pytest.approx(1000, abs=rate / (4 * hop))
    assert middle.max() == pytest.approx(-20, abs=1)
    assert hop == pytest.approx(0.008 * rate, abs=0.5)


def test_there_is_a_frame_for_each_hop():
    for length in (1, 127, 128, 129, 16000):
        decibels, hop = spectrogram(np.zeros(length), 16000)
        assert decibels.shape == (2 * hop + 1, -(-length // hop))
        assert (decibels == -140).all()


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "keras-wavenet\[plots\]"'):
        new_figure(1, 1)
