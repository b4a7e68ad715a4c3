"""Change of sample rate, with lengths that are known before any audio is read."""

import numpy as np

from keras_wavenet.data.extras import import_extra


def resampled_length(length: int, from_rate: int, to_rate: int) -> int:
    """Number of samples that `resample` returns for `length` samples."""
    return (2 * length * to_rate + from_rate) // (2 * from_rate)  # rounded half up


def resample(waveform: np.ndarray, from_rate: int, to_rate: int) -> np.ndarray:
    """Resample a mono waveform with soxr's high-quality filter.

    Args:
        waveform: float32 array, shape `(T,)`.
        from_rate: Its sample rate in Hz.
        to_rate: The rate wanted, in Hz.

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
