"""16-bit PCM: the one scale between float samples and 16-bit integers.

The integer `k` is the sample `k / 32768`, exact in float32. All 65,536 integers come
back from their samples unchanged; +1.0, which has no integer, becomes 32767.
"""

import numpy as np

FULL_SCALE = 2**15
LEVELS = 2 * FULL_SCALE  # how many integers there are


def to_pcm(waveform: np.ndarray) -> np.ndarray:
    """Round a waveform to int16.

    Without dither: 16-bit recordings at their own rate come through unchanged, and the
    rounding noise, 98 dB below full scale, lies far below the steps of 8-bit mu-law.
    Only the topmost half step, which int16 has no value for, is lowered.

    Args:
        waveform: Float array of any shape; samples outside [-1, 1] are clipped.

    Returns:
        int16 array of the same shape.
    """
    steps = np.rint(waveform * FULL_SCALE)
    return np.clip(steps, -FULL_SCALE, FULL_SCALE - 1).astype("int16")


def from_pcm(samples: np.ndarray) -> np.ndarray:
    """The float32 waveform, in [-1, 1), that 16-bit samples stand for.

    Args:
        samples: Integer array of any dtype and shape.
    """
    return samples.astype("float32") / FULL_SCALE
