"""PESQ and STOI: quality and intelligibility of speech, by models of hearing."""

import warnings

import numpy as np

from keras_wavenet.data.resampling import resample
from keras_wavenet.evaluation.checks import check_pair
from keras_wavenet.utils.extras import import_extra

PESQ_RATE = 16000  # Hz of wideband PESQ, the only rate it is defined at

# The reference code writes beyond its tables for more than 50 utterances. Each of them,
# with the pause after it, takes 0.4 s or more.
_LONGEST = 15 * PESQ_RATE

_SHORTEST_STOI = 0.4  # s: the 30 frames of an envelope


def pesq(original: np.ndarray, generated: np.ndarray, sample_rate: int) -> float:
    """Perceptual evaluation of speech quality, wideband (ITU-T P.862.2).

    A recording of more than 15 s is scored in equal pieces of at most that: the result
    is the mean over the pieces with speech.

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
    pair = check_pair(original, generated)
    pair = [resample(x, sample_rate, PESQ_RATE) for x in pair]
    if len(pair[0]) < PESQ_RATE / 4:
        raise ValueError(
            "PESQ needs a quarter of a second. "
            f"Received: {len(original) / sample_rate:.3f} s"
        )
    pieces = -(-len(pair[0]) // _LONGEST)
    split = (np.array_split(x, pieces) for x in pair)
    scores = [_pesq_of_piece(*piece) for piece in zip(*split, strict=True)]
    scores = [score for score in scores if score is not None]
    if not scores:
        raise ValueError("PESQ needs speech in both recordings. Received: none")
    return float(np.mean(scores))


def _pesq_of_piece(original, generated) -> float | None:
    """The score of at most 15 s at 16 kHz; None if either has no speech."""
    module = import_extra("pesq", "PESQ")
    if not (np.any(original) and np.any(generated)):
        return None
    try:
        return module.pesq(PESQ_RATE, original, generated, "wb")
    except module.NoUtterancesError:
        return None


def stoi(original: np.ndarray, generated: np.ndarray, sample_rate: int) -> float:
    """Short-time objective intelligibility: the correlation of band envelopes.

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.
        sample_rate: Hz; `pystoi` resamples to 10,000.

    Returns:
        A correlation, up to 1 (no difference); unrelated noise still has about 0.35.

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
    if len(original) < _SHORTEST_STOI * sample_rate or not np.any(original):
        raise ValueError(
            f"STOI needs {_SHORTEST_STOI} s that are not silent. Received: "
            f"{len(original) / sample_rate:.3f} s, the largest sample "
            f"{np.abs(original).max():g}"
        )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = module.stoi(original, generated, sample_rate)
    if any("Not enough STFT frames" in str(warning.message) for warning in caught):
        raise ValueError(
            f"STOI needs {_SHORTEST_STOI} s that are not silent. Received: less, of "
            f"{len(original) / sample_rate:.3f} s in all"
        )
    return float(found)
