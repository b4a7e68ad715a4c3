"""Silence and noise are distinguished from speech by two measurements."""

import math

import numpy as np
import pytest

from keras_wavenet.data import open_source
from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode
from keras_wavenet.training.monitoring.audio_check import check_audio

pytestmark = pytest.mark.neutral

RATE = 16000


@pytest.fixture(scope="module")
def speech():
    return open_source("spoken_prompts", "train", RATE, None)


def test_no_clip_of_real_speech_is_taken_for_silence_or_noise(speech):
    checks = [check_audio(clip.waveform, RATE) for clip in speech]
    assert all(check.warning is None for check in checks)
    assert max(check.flatness for check in checks) < 0.1
    assert max(check.silent_share for check in checks) < 0.25
    assert all(-26 < check.level < -12 for check in checks)


def test_white_noise_has_the_flatness_of_the_theory():
    noise = np.random.default_rng(0).normal(0, 0.1, 5 * RATE)
    check = check_audio(noise, RATE)
    assert check.flatness == pytest.approx(math.exp(-0.5772), abs=0.01)
    assert check.level == pytest.approx(-20, abs=0.1)
    assert "noise" in check.warning and "learning rate" in check.warning


def test_codes_drawn_from_the_histogram_of_speech_are_noise(speech):
    rng = np.random.default_rng(0)
    codes = mu_law_encode(np.concatenate([clip.waveform for clip in speech]), 256)
    check = check_audio(mu_law_decode(rng.choice(codes, 2 * RATE), 256), RATE)
    assert "is noise" in check.warning
    assert -25 < check.level < -15


@pytest.mark.parametrize("rate", [8000, 44100])
def test_the_frames_are_as_long_at_any_rate(rate):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, rate)
    assert check_audio(noise, rate).flatness == pytest.approx(0.56, abs=0.03)


def test_a_whisper_below_60_db_is_silence_and_so_is_a_constant():
    rng = np.random.default_rng(0)
    for waveform in (rng.normal(0, 5e-4, RATE), np.zeros(RATE), np.full(RATE, 0.3)):
        check = check_audio(waveform, RATE)
        assert check.silent_share == 1 and math.isnan(check.flatness)
        assert "silent" in check.warning and "temperature" in check.warning
        assert "nan" not in str(check) and "inf" not in str(check)
    assert check_audio(np.zeros(100), RATE).level == -math.inf


def test_a_click_in_silence_is_silence_and_a_pause_is_not(speech):
    waveform = np.zeros(2 * RATE, "float32")
    waveform[RATE] = 1.0
    assert "silent" in check_audio(waveform, RATE).warning
    waveform[RATE:] = speech[0].waveform[:RATE]
    assert check_audio(waveform, RATE).warning is None


def test_a_tone_is_the_opposite_of_flat():
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE)
    check = check_audio(tone, RATE)
    assert check.flatness < 1e-6 and check.warning is None
    assert check.peak == pytest.approx(0.5, abs=1e-3)
    assert check.level == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.01)


def test_long_audio_is_measured_in_pieces_with_the_same_result():
    rng = np.random.default_rng(0)
    minute = rng.normal(0, 0.1, 512 * 1024)
    twice = check_audio(np.tile(minute, 2), RATE)
    assert twice.flatness == pytest.approx(check_audio(minute, RATE).flatness)


def test_a_few_samples_are_enough():
    assert check_audio(np.array([0.5, -0.5]), RATE).silent_share == 0


@pytest.mark.parametrize(
    "waveform", [np.zeros(0), np.zeros((2, 8)), np.array([0.1, np.nan])]
)
def test_what_is_no_waveform_is_refused(waveform):
    with pytest.raises(ValueError, match=r"\(samples,\).*Received: shape="):
        check_audio(waveform, RATE)
