"""Errors of pitch, on tones of known F0."""

import numpy as np
import pytest

from keras_wavenet.evaluation import f0_error, track_pitch, voicing_error

pytestmark = pytest.mark.neutral

RATE = 16000


def voice(pitch, rate=RATE, seconds=1.0):
    """A tone with falling harmonics."""
    phase = 2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate
    count = int(rate / 2 / pitch)
    tone = sum(np.sin(k * phase) / k for k in range(1, min(count, 12)))
    return (0.1 * tone).astype("float32")


@pytest.mark.parametrize("rate", [8000, RATE, 22050])
@pytest.mark.parametrize("cents", [0, 7, 50])
def test_a_shift_in_pitch_is_found_in_cents(cents, rate):
    pair = [track_pitch(voice(f, rate), rate) for f in (150, 150 * 2 ** (cents / 1200))]
    assert f0_error(*pair) == pytest.approx(cents, abs=2)
    assert voicing_error(*pair) < 3


def test_frames_voiced_in_one_recording_only_are_voicing_errors():
    half = np.concatenate([voice(150), np.zeros(RATE, "float32")])
    whole = voice(150, seconds=2)
    pair = track_pitch(half, RATE), track_pitch(whole, RATE)
    assert voicing_error(*pair) == pytest.approx(50, abs=4)
    assert f0_error(*pair) < 2


def test_silence_has_no_pitch():
    silence = track_pitch(np.zeros(RATE, "float32"), RATE)
    assert not silence.voiced.any()
    assert voicing_error(silence, silence) == 0
    with pytest.raises(ValueError, match="voiced in both"):
        f0_error(silence, track_pitch(voice(150), RATE))


def test_a_rate_too_low_for_f0_is_refused():
    with pytest.raises(ValueError, match="at least 2000 Hz"):
        track_pitch(voice(150), 1000)


def test_a_single_sample_can_be_tracked():
    assert len(track_pitch(np.zeros(1, "float32"), RATE).f0) == 1
