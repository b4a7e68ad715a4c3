"""Distances of spectra in decibels: mel-cepstral distortion, log-spectral distance.

Axes: T samples, F frames, W samples of an analysis window, K bins, M mel bands.
"""

from functools import lru_cache

import numpy as np

from keras_wavenet.evaluation.checks import check_pair
from keras_wavenet.utils.extras import import_extra

_WINDOW = 0.032  # s; a quarter of it from one frame to the next
_FLOOR = 1e-12  # power, where a full-scale sine has 1: -120 dB, the noise of 16 bits
_BANDS, _FMIN, _FMAX = 80, 60.0, 8000.0  # mel bands, Hz
_COEFFICIENTS = 24


def mel_cepstral_distortion(
    original: np.ndarray, generated: np.ndarray, sample_rate: int
) -> float:
    """Return the distance of two smoothed spectra, independent of the loudness.

    With `c` the orthonormal DCT-II, over `sqrt(M)`, of the natural logarithm of M = 80
    mel-band powers (60 Hz to 8 kHz, or half of the sample rate), the distance of a
    frame is `10 / ln(10) * sqrt(2 * sum((c - c')**2))` over the coefficients 1 to 24,
    which is `sqrt(2)` times the root mean square difference of the smoothed spectra in
    dB. The result is the mean over all frames, 32 ms long and 8 ms apart. Frames are
    compared with those of the same time, without warping. Coefficient 0, the
    loudness, is left out.

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.
        sample_rate: Hz.

    Returns:
        Decibels, 0 for no difference. Definitions differ between publications: compare
        only values of this one.

    Raises:
        ValueError: If the arrays do not fit each other.
        ImportError: If librosa, for the mel filters, is not installed.

    References:
        - Kubichek, Mel-Cepstral Distance Measure for Objective Speech Quality
          Assessment (1993).
    """
    pair = check_pair(original, generated)
    filters = _mel_filters(sample_rate)
    logs = [
        np.log(np.maximum(_power_spectra(x, sample_rate) @ filters.T, _FLOOR))
        for x in pair
    ]
    cepstra = (logs[0] - logs[1]) @ _dct()  # (F, 24)
    distances = 10 / np.log(10) * np.sqrt(2 * np.square(cepstra).sum(axis=1))
    return float(distances.mean())


def log_spectral_distance(
    original: np.ndarray, generated: np.ndarray, sample_rate: int
) -> float:
    """Return the root mean square difference of spectra in dB, averaged over frames.

    Frames are 32 ms long and 8 ms apart. Bins below -120 dB relative to a full-scale
    sine count as -120 dB.

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.
        sample_rate: Hz.

    Returns:
        Decibels, 0 for no difference. Two noises of the same spectrum have about 8 dB.

    Raises:
        ValueError: If the arrays do not fit each other.

    References:
        - Gray & Markel, Distance Measures for Speech Processing (IEEE TASSP 1976).
    """
    spectra = [
        10 * np.log10(np.maximum(_power_spectra(x, sample_rate), _FLOOR))
        for x in check_pair(original, generated)
    ]
    squares = np.square(spectra[0] - spectra[1])  # (F, K)
    return float(np.sqrt(squares.mean(axis=1)).mean())


def _sizes(sample_rate) -> tuple[int, int, int]:
    """Samples of an analysis window, of a hop, and of a Fourier transform."""
    window = max(8, 4 * round(_WINDOW * sample_rate / 4))
    # At low rates, zeros after the window give each narrow mel band a bin.
    return window, window // 4, max(512, 2 ** (window - 1).bit_length())


def _power_spectra(waveform, sample_rate) -> np.ndarray:
    """Powers of Hann-windowed frames, `(F, K)`; a full-scale sine peaks at 1."""
    window, hop, n_fft = _sizes(sample_rate)
    padded = np.pad(waveform.astype("float64"), window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]  # (F, W)
    hann = np.hanning(window + 1)[:-1]
    amplitudes = np.abs(np.fft.rfft(frames * hann, n_fft)) / (hann.sum() / 2)
    return np.square(amplitudes)


@lru_cache(maxsize=4)
def _mel_filters(sample_rate) -> np.ndarray:
    """Triangular filters of equal peak on the Slaney scale, `(M, K)`."""
    return import_extra("librosa", "Mel-cepstral distortion").filters.mel(
        sr=sample_rate,
        n_fft=_sizes(sample_rate)[2],
        n_mels=_BANDS,
        fmin=_FMIN,
        fmax=min(_FMAX, sample_rate / 2),
        norm=None,
    )


@lru_cache(maxsize=1)
def _dct() -> np.ndarray:
    """Columns 1 to 24 of the orthonormal DCT-II over `sqrt(M)`, `(M, 24)`."""
    middles = np.arange(_BANDS)[:, None] + 0.5
    orders = np.arange(1, _COEFFICIENTS + 1)
    return np.sqrt(2) / _BANDS * np.cos(np.pi / _BANDS * middles * orders)
