"""Spectrograms: where a tone lies, and how loud it is."""

import numpy as np
import pytest

from keras_wavenet.visualization.spectrogram import (
    plot_real_and_generated,
    spectrogram,
)
from keras_wavenet.visualization.style import new_figure

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


def test_a_recording_and_generated_audio_are_drawn_in_the_same_colors():
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(4000) / 16000)
    axes = new_figure(4, 3).subplots(2)
    assert plot_real_and_generated(axes, tone, tone[:2000] / 10, 16000) is axes
    (real,), (generated,) = (one.images for one in axes)
    assert real.get_clim() == generated.get_clim() == pytest.approx((-76, -6), abs=0.2)
    assert generated.get_array().max() == pytest.approx(-26, abs=0.2)
    assert [one.get_title(loc="left") for one in axes] == ["Recorded", "Generated"]
    assert generated.get_extent() == pytest.approx([0, 0.128, 0, 8])  # 16 frames
