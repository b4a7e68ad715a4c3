"""Waveforms as 16-bit samples."""

import numpy as np

FULL_SCALE = 2**15


def to_pcm(waveform: np.ndarray) -> np.ndarray:
    """Round a waveform to int16.

    Without dither: 16-bit recordings at their own rate come through unchanged, and the
    rounding noise, 98 dB below full scale, lies far below the steps of 8-bit mu-law.
    Only the topmost half step, which int16 has no value for, is lowered.

    Args:
        waveform: float array, shape `(T,)`, samples in [-1, 1].

    Returns:
        int16 array, shape `(T,)`.
    """
    steps = np.rint(waveform * FULL_SCALE)
    return np.clip(steps, -FULL_SCALE, FULL_SCALE - 1).astype("int16")


def from_pcm(samples: np.ndarray) -> np.ndarray:
    """The float32 waveform, in [-1, 1), that int16 samples stand for."""
    return samples.astype("float32") / FULL_SCALE
