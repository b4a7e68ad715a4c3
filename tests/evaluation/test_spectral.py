"""Distances of spectra, against librosa, SciPy and known values."""

import librosa
import numpy as np
import pytest
import scipy.fft

from keras_wavenet.evaluation import log_spectral_distance, mel_cepstral_distortion

pytestmark = pytest.mark.neutral

RATE = 16000


def power_spectra(waveform):
    """Powers with a full-scale sine at 1, from librosa: `(bins, frames)`."""
    spectra = librosa.stft(waveform.astype("float64"), n_fft=512, hop_length=128)
    return np.abs(spectra / 128) ** 2


def test_mel_cepstral_distortion_agrees_with_its_definition(speech, noisy):
    filters = librosa.filters.mel(
        sr=RATE, n_fft=512, n_mels=80, fmin=60, fmax=8000, norm=None
    )
    cepstra = [
        scipy.fft.dct(
            np.log(np.maximum(filters @ power_spectra(x), 1e-12)), axis=0, norm="ortho"
        )
        / np.sqrt(80)
        for x in (speech, noisy(0.01))
    ]
    squares = np.square(cepstra[0] - cepstra[1])[1:25].sum(axis=0)
    expected = np.mean(10 / np.log(10) * np.sqrt(2 * squares))
    found = mel_cepstral_distortion(speech, noisy(0.01), RATE)
    assert found == pytest.approx(expected, rel=1e-3)


def test_log_spectral_distance_agrees_with_its_definition(speech, noisy):
    decibels = [
        10 * np.log10(np.maximum(power_spectra(x), 1e-12))
        for x in (speech, noisy(0.01))
    ]
    expected = np.sqrt(np.square(decibels[0] - decibels[1]).mean(axis=0)).mean()
    found = log_spectral_distance(speech, noisy(0.01), RATE)
    assert found == pytest.approx(expected, rel=1e-3)


def test_a_change_of_loudness_is_a_distance_of_spectra_but_not_of_cepstra(noisy):
    loud = noisy(0.1)  # no bin near the floor
    assert log_spectral_distance(loud, loud / 2, RATE) == pytest.approx(6.02, abs=0.01)
    assert mel_cepstral_distortion(loud, loud / 2, RATE) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("distance", [mel_cepstral_distortion, log_spectral_distance])
@pytest.mark.parametrize("rate", [2000, 8000, 22050, 48000])
def test_a_recording_has_no_distance_from_itself_at_any_rate(distance, rate, speech):
    assert distance(speech, speech, rate) == 0
    assert distance(speech, speech[::-1], rate) > 1


@pytest.mark.parametrize("distance", [mel_cepstral_distortion, log_spectral_distance])
def test_silence_and_a_single_sample_have_distances(distance, speech):
    silence = np.zeros(1, "float32")
    assert distance(silence, silence, RATE) == 0
    assert np.isfinite(distance(speech, np.zeros_like(speech), RATE))


def test_two_noises_of_one_spectrum_are_8_db_apart(noisy, speech):
    one, other = (np.random.default_rng(n).normal(0, 0.1, RATE) for n in (1, 2))
    assert log_spectral_distance(one, other, RATE) == pytest.approx(7.9, abs=0.3)
