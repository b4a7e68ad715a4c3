"""Errors of pitch: fundamental frequency and voicing, frame by frame.

Axes: T samples, F frames.
"""

import math
from dataclasses import dataclass

import numpy as np

from keras_wavenet.utils.extras import import_extra

_FMIN, _FMAX = 60.0, 500.0  # range of F0, Hz
_WINDOW = 3 / _FMIN  # s: three periods of the least F0
_HOP = 0.01  # s
_PERIODIC = 0.6  # least correlation of a voiced frame with itself, a period later
_DEPTH = 40  # dB: frames this far below the loudest one are unvoiced
_QUIET = 1e-4  # root mean square, -80 dBFS: frames below it are unvoiced
_MAJORITY = 5  # frames whose majority decides on voicing


@dataclass(frozen=True, eq=False)
class Pitch:
    """Fundamental frequency and voicing of a recording, every 10 ms.

    Attributes:
        f0: float64 array, shape `(F,)`: Hz; meaningless in unvoiced frames.
        voiced: bool array, shape `(F,)`.
    """

    f0: np.ndarray
    voiced: np.ndarray


def track_pitch(waveform: np.ndarray, sample_rate: int) -> Pitch:
    """Track the fundamental frequency by YIN, and voicing by correlation.

    A frame is voiced if 25 ms of audio and the audio one period later correlate by more
    than 0.6, it is at most 40 dB below the loudest frame, and both hold for most of the
    five frames around it.

    Args:
        waveform: Float array, shape `(T,)`, samples in [-1, 1].
        sample_rate: Hz, at least 2,000.

    Returns:
        A `Pitch` of `T // hop + 1` frames, hop being 10 ms.

    Raises:
        ValueError: If the sample rate is too low.
        ImportError: If librosa is not installed.

    References:
        - de Cheveigne & Kawahara, YIN, a Fundamental Frequency Estimator for Speech and
          Music (JASA 2002).
    """
    if sample_rate < 4 * _FMAX:
        raise ValueError(
            f"`sample_rate` must be at least {4 * _FMAX:.0f} Hz for F0 up to "
            f"{_FMAX:.0f} Hz. Received: sample_rate={sample_rate}"
        )
    librosa = import_extra("librosa", "Fundamental frequency")
    window = 2 * math.ceil(_WINDOW * sample_rate / 2)
    hop = round(_HOP * sample_rate)
    waveform = np.asarray(waveform, "float32")
    waveform = waveform - waveform.mean(dtype="float64")
    f0 = librosa.yin(
        waveform,
        fmin=_FMIN,
        fmax=_FMAX,
        sr=sample_rate,
        frame_length=window,
        hop_length=hop,
    )
    periods = np.round(sample_rate / f0).astype(int)
    correlation, loudness = _correlate(waveform, periods, window // 2, hop)
    loud = loudness >= max(loudness.max() * 10 ** (-_DEPTH / 20), _QUIET)
    return Pitch(f0, _majority((correlation > _PERIODIC) & loud))


def _correlate(waveform, periods, width, hop) -> tuple[np.ndarray, np.ndarray]:
    """Correlation of each frame with itself a period later, and root mean square.

    The two parts of a frame, `width` samples each, are centered on its middle.

    Returns:
        Two arrays, `(F,)`; correlations from -1 to 1.
    """
    margin = width + int(periods.max())
    padded = np.pad(waveform, margin)
    starts = margin + np.arange(len(periods)) * hop - (width + periods) // 2
    places = np.arange(width)
    first = padded[starts[:, None] + places]  # (F, width)
    second = padded[(starts + periods)[:, None] + places]
    covariance = (first * second).sum(axis=1)
    powers = np.square(first).sum(axis=1) * np.square(second).sum(axis=1)
    loudness = np.sqrt(np.square(first).mean(axis=1))
    return covariance / np.sqrt(np.maximum(powers, 1e-20)), loudness


def _majority(voiced) -> np.ndarray:
    """Whether most of the frames around each one are voiced, `(F,)`."""
    votes = np.convolve(voiced, np.ones(_MAJORITY), mode="full")
    half = _MAJORITY // 2
    return votes[half : half + len(voiced)] > half


def f0_error(original: Pitch, generated: Pitch) -> float:
    """Return the median distance between two F0 tracks, where both are voiced.

    Args:
        original: The `track_pitch` of a recording.
        generated: The `track_pitch` of a recording of the same length.

    Returns:
        Cents, the hundredths of a semitone: `1200 * |log2(f / g)|`.

    Raises:
        ValueError: If no frame is voiced in both.
    """
    both = original.voiced & generated.voiced
    if not both.any():
        raise ValueError("F0 error needs a frame that is voiced in both recordings.")
    octaves = np.log2(generated.f0[both] / original.f0[both])
    return float(np.median(1200 * np.abs(octaves)))


def voicing_error(original: Pitch, generated: Pitch) -> float:
    """Return the share of frames that are voiced in only one of two recordings.

    Args:
        original: The `track_pitch` of a recording.
        generated: The `track_pitch` of a recording of the same length.

    Returns:
        Percent of all frames, 0 to 100.
    """
    return float(100 * np.mean(original.voiced != generated.voiced))
