"""Levels: how loud, how clipped and how quiet audio is, and sums of that."""

import numpy as np
import pytest

from keras_wavenet.data.levels import Levels, measure_levels

pytestmark = pytest.mark.neutral


def test_a_sine_of_full_scale_has_minus_three_decibels():
    sine = np.sin(2 * np.pi * np.arange(16000) / 100)
    levels = measure_levels(sine)
    assert levels.decibels == pytest.approx(-3.01, abs=0.01)
    assert levels.peak == pytest.approx(1) and levels.samples == 16000
    assert levels.quiet == 0


def test_samples_at_full_scale_are_counted():
    waveform = np.clip(2 * np.sin(2 * np.pi * np.arange(6000) / 60), -1, 1)
    assert measure_levels(waveform).clipped == pytest.approx(4000, abs=200)
    assert measure_levels(0.9 * waveform).clipped == 0


def test_frames_that_nobody_hears_are_counted():
    waveform = np.concatenate([np.zeros(1024), np.full(512, 2e-3), np.full(100, 5e-4)])
    assert measure_levels(waveform).quiet == 1124


def test_levels_of_parts_add_up():
    waveform = np.random.default_rng(0).normal(0, 0.3, 5120).clip(-1, 1)
    whole = measure_levels(waveform)
    parts = measure_levels(waveform[:1024]) + measure_levels(waveform[1024:])
    assert parts.energy == pytest.approx(whole.energy)
    assert (parts.samples, parts.peak) == (whole.samples, whole.peak)
    assert (parts.clipped, parts.quiet) == (whole.clipped, whole.quiet)


def test_silence_has_no_decibels():
    assert measure_levels(np.zeros(9)).decibels == -np.inf
    assert measure_levels(np.zeros(0)) == Levels()
