"""Change of sample rate, with lengths that are known before any audio is read."""

import math
from collections.abc import Callable

import numpy as np

from keras_wavenet.utils.extras import import_extra

# What soxr's filter takes in around a sample, and more, in samples of the lower rate.
_MARGIN = 512


def resampled_length(length: int, from_rate: int, to_rate: int) -> int:
    """The number of samples that `resample` returns for `length` samples."""
    return (2 * length * to_rate + from_rate) // (2 * from_rate)  # rounded half up


def resample(waveform: np.ndarray, from_rate: int, to_rate: int) -> np.ndarray:
    """Resamples a mono waveform with soxr's high-quality filter.

    Args:
        waveform: float32 array, shape `(T,)`.
        from_rate: Its sample rate in Hz.
        to_rate: The rate of the result, in Hz.

    Returns:
        float32 array of `resampled_length(T, from_rate, to_rate)` samples.

    Raises:
        ImportError: If the rates differ and soxr is not installed.
    """
    if from_rate == to_rate:
        return waveform
    soxr = import_extra("soxr", "Resampling audio")
    length = resampled_length(len(waveform), from_rate, to_rate)
    resampled = soxr.resample(waveform, from_rate, to_rate)[:length]
    # soxr rounds its length in its own way: it may end one sample early.
    return np.pad(resampled, (0, length - len(resampled)))


def resample_segment(
    read: Callable[[int, int], np.ndarray],
    length: int,
    from_rate: int,
    to_rate: int,
    start: int,
    stop: int,
) -> np.ndarray:
    """Computes samples `start` to `stop - 1` of the whole recording, resampled.

    Reads no more of it than these samples need. They equal those of the whole to about
    1e-6: the segment read begins where both rates have a sample at the same moment.

    Args:
        read: Function from `(start, stop)` to samples of the recording.
        length: Samples that it has, at `from_rate`.
        from_rate: Its sample rate in Hz.
        to_rate: The rate of the result, in Hz.
        start: First sample at `to_rate`, at least 0.
        stop: The sample after the last, at most `resampled_length` of the whole.

    Returns:
        float32 array, shape `(stop - start,)`.

    Raises:
        ImportError: If the rates differ and soxr is not installed.
    """
    if from_rate == to_rate:
        return read(start, stop)
    period = from_rate // math.gcd(from_rate, to_rate)
    margin = _MARGIN * max(1, from_rate // to_rate)
    first = max(start * from_rate // to_rate - margin, 0) // period * period
    last = min(stop * from_rate // to_rate + margin, length)
    skipped = start - first * to_rate // from_rate
    resampled = resample(read(first, last), from_rate, to_rate)
    return resampled[skipped : skipped + stop - start]
