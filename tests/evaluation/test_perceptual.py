"""PESQ and STOI of the same speech, of worse speech, and without speech."""

import numpy as np
import pytest

from keras_wavenet.data.resampling import resample
from keras_wavenet.evaluation import pesq, stoi

pytestmark = pytest.mark.neutral

RATE = 16000


def test_a_recording_has_the_best_scores_against_itself(speech):
    assert pesq(speech, speech, RATE) == pytest.approx(4.64, abs=0.01)
    assert stoi(speech, speech, RATE) == pytest.approx(1)


@pytest.mark.parametrize("metric", [pesq, stoi])
def test_more_noise_has_a_lower_score(metric, speech, noisy):
    scores = [metric(speech, noisy(level), RATE) for level in (1e-3, 1e-2, 1e-1)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] + 0.1


def test_loudness_does_not_count(speech, noisy):
    for metric in (pesq, stoi):
        loud = metric(speech, noisy(0.01), RATE)
        assert metric(speech, noisy(0.01) / 2, RATE) == pytest.approx(loud, rel=0.02)


def test_audio_of_another_rate_is_scored_at_its_own(speech, noisy):
    low, low_noisy = (resample(x, RATE, 8000) for x in (speech, noisy(0.01)))
    assert pesq(low, low, 8000) == pytest.approx(4.64, abs=0.01)
    assert stoi(low, low_noisy, 8000) == pytest.approx(
        stoi(speech, noisy(0.01), RATE), abs=0.02
    )


def test_a_long_recording_has_the_score_of_its_pieces(speech, noisy):
    once = pesq(speech, noisy(0.01), RATE)
    # Three minutes have far more utterances than the reference code has room for.
    long, long_noisy = (np.tile(x, 60) for x in (speech, noisy(0.01)))
    assert pesq(long, long_noisy, RATE) == pytest.approx(once, abs=0.15)


def test_pieces_without_speech_are_left_out(speech, noisy):
    silence = np.zeros(15 * RATE - len(speech), "float32")
    pair = [np.concatenate([x, silence, silence]) for x in (speech, noisy(0.01))]
    once = pesq(*(np.concatenate([x, silence]) for x in (speech, noisy(0.01))), RATE)
    assert pesq(*pair, RATE) == pytest.approx(once, abs=0.2)


@pytest.mark.parametrize("metric", [pesq, stoi])
@pytest.mark.parametrize("samples", [1, 100, 3000, RATE])
def test_silence_and_short_audio_have_no_score(metric, samples, speech):
    silence = np.zeros(samples, "float32")
    with pytest.raises(ValueError, match=f"^{metric.__name__.upper()} needs"):
        metric(silence, silence, RATE)
    if samples < RATE:
        with pytest.raises(ValueError, match=f"^{metric.__name__.upper()} needs"):
            metric(speech[:samples], speech[:samples], RATE)


def test_silence_generated_for_speech_has_no_pesq_and_no_intelligibility(speech):
    silence = np.zeros_like(speech)
    with pytest.raises(ValueError, match="PESQ needs speech"):
        pesq(speech, silence, RATE)
    assert stoi(speech, silence, RATE) < 0.1


@pytest.mark.parametrize("metric", [pesq, stoi])
def test_recordings_that_do_not_fit_each_other_are_refused(metric, speech):
    with pytest.raises(ValueError, match="must have the same length"):
        metric(speech, speech[:-1], RATE)
    with pytest.raises(ValueError, match="`generated` must be a float array"):
        metric(speech, (speech * 32767).astype("int16"), RATE)
    broken = speech.copy()
    broken[1000] = np.nan
    with pytest.raises(ValueError, match="`generated` must have samples, all finite"):
        metric(speech, broken, RATE)
