"""Loudness: how loud, how clipped and how quiet audio is, and the sum over parts."""

import numpy as np
import pytest

from keras_wavenet.data.loudness import Loudness, measure_loudness

pytestmark = pytest.mark.neutral


def test_a_sine_of_full_scale_has_minus_three_decibels():
    sine = np.sin(2 * np.pi * np.arange(16000) / 100)
    loudness = measure_loudness(sine)
    assert loudness.decibels == pytest.approx(-3.01, abs=0.01)
    assert loudness.peak == pytest.approx(1) and loudness.samples == 16000
    assert loudness.quiet == 0


def test_samples_at_full_scale_are_counted():
    waveform = np.clip(2 * np.sin(2 * np.pi * np.arange(6000) / 60), -1, 1)
    assert measure_loudness(waveform).clipped == pytest.approx(4000, abs=200)
    assert measure_loudness(0.9 * waveform).clipped == 0


def test_samples_in_quiet_frames_are_counted():
    waveform = np.concatenate([np.zeros(1024), np.full(512, 2e-3), np.full(100, 5e-4)])
    assert measure_loudness(waveform).quiet == 1124


def test_the_loudness_of_parts_adds_up():
    waveform = np.random.default_rng(0).normal(0, 0.3, 5120).clip(-1, 1)
    whole = measure_loudness(waveform)
    parts = measure_loudness(waveform[:1024]) + measure_loudness(waveform[1024:])
    assert parts.energy == pytest.approx(whole.energy)
    assert (parts.samples, parts.peak) == (whole.samples, whole.peak)
    assert (parts.clipped, parts.quiet) == (whole.clipped, whole.quiet)


def test_silence_has_no_decibels():
    assert measure_loudness(np.zeros(9)).decibels == -np.inf
    assert measure_loudness(np.zeros(0)) == Loudness()
