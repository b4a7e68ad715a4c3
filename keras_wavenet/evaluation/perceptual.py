"""PESQ and STOI: how good and how intelligible speech is, by a model of hearing."""

import warnings

import numpy as np

from keras_wavenet.data.extras import import_extra
from keras_wavenet.data.resampling import resample
from keras_wavenet.evaluation.checks import check_pair

PESQ_RATE = 16000  # Hz of wideband PESQ, the only rate it is defined at


def pesq(original: np.ndarray, generated: np.ndarray, sample_rate: int) -> float:
    """Perceptual evaluation of speech quality, wideband (ITU-T P.862.2).

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.
        sample_rate: Hz; audio of another rate than 16,000 is resampled with soxr.

    Returns:
        A mean opinion score from 1.0 (bad) to 4.64 (no difference).

    Raises:
        ValueError: If the arrays do not fit each other, are shorter than a quarter of a
            second, or hold no speech.
        ImportError: If `pesq` is not installed, or `soxr` where it is needed.

    References:
        - ITU-T Recommendation P.862.2 (2007).
    """
    original, generated = check_pair(original, generated)
    module = import_extra("pesq", "PESQ")
    pair = [resample(x, sample_rate, PESQ_RATE) for x in (original, generated)]
    if not all(np.any(x) for x in pair):
        raise ValueError("PESQ needs speech. Received: silence")
    try:
        return float(module.pesq(PESQ_RATE, *pair, "wb"))
    except module.NoUtterancesError as error:
        raise ValueError("PESQ needs speech. Received: no utterance") from error
    except module.BufferTooShortError as error:
        raise ValueError(
            "PESQ needs a quarter of a second. "
            f"Received: {len(original) / sample_rate:.3f} s"
        ) from error


def stoi(original: np.ndarray, generated: np.ndarray, sample_rate: int) -> float:
    """Short-time objective intelligibility: the correlation of band envelopes.

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.
        sample_rate: Hz; `pystoi` resamples to 10,000.

    Returns:
        A correlation, up to 1 (no difference); noise has about 0.

    Raises:
        ValueError: If the arrays do not fit each other, or hold less than 0.4 s that is
            not silent.
        ImportError: If `pystoi` is not installed.

    References:
        - Taal et al., An Algorithm for Intelligibility Prediction of Time-Frequency
          Weighted Noisy Speech (IEEE TASLP 2011).
    """
    original, generated = check_pair(original, generated)
    module = import_extra("pystoi", "STOI")
    if not np.any(original):
        raise ValueError("STOI needs speech. Received: silence")
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            # Far below one 16-bit step: a constant would have no correlation.
            found = module.stoi(
                original, generated + _dither(len(original)), sample_rate
            )
        except RuntimeWarning as error:  # it would return 1e-5
            raise ValueError(
                "STOI needs 0.4 s that are not silent. "
                f"Received: {len(original) / sample_rate:.3f} s in all"
            ) from error
    return float(found)


def _dither(length) -> np.ndarray:
    return 1e-9 * np.random.default_rng(0).standard_normal(length)
