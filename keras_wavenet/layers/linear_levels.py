"""Evenly spaced levels: those of 16-bit audio, or fewer of them.

Level `k` of `levels` is the sample `2 k / levels - 1`: with 65,536 levels these are the
16-bit integers divided by 32768, all exact in float32, and silence is level 32768. The
bin of a level reaches half-way to its neighbors; the first and the last bin are
unbounded, so that the bins of all levels cover the line.

PixelCNN++ and its successors put the last level at 1, not one step below, which would
put two of the 65,536 integers into one bin; the width of a bin differs by one part in
`levels`.
"""

import numpy as np
from keras import ops

from keras_wavenet.utils import pcm
from keras_wavenet.utils.tensor import Tensor


def linear_encode(waveform: Tensor, levels: int = pcm.LEVELS) -> Tensor:
    """Encode samples as the nearest levels.

    Args:
        waveform: Float array or tensor of any shape, samples; those beyond [-1, 1] are
            clipped. A NumPy array is encoded by NumPy, anything else by the Keras
            backend, with the same formula.
        levels: Number of levels, at least 2.

    Returns:
        int32 array or tensor of the same shape, codes in [0, levels - 1].
    """
    numpy_in = isinstance(waveform, np.ndarray)
    xp = np if numpy_in else ops
    x = waveform.astype("float32") if numpy_in else ops.cast(waveform, "float32")
    codes = xp.clip(xp.floor((x + 1) * (levels / 2) + 0.5), 0, levels - 1)
    return codes.astype("int32") if numpy_in else ops.cast(codes, "int32")


def linear_decode(codes: Tensor, levels: int = pcm.LEVELS) -> Tensor:
    """Decode levels to samples.

    Args:
        codes: Integer array or tensor of any shape, codes in [0, levels - 1]. A NumPy
            array is decoded by NumPy, anything else by the Keras backend.
        levels: Number of levels, at least 2.

    Returns:
        float32 array or tensor of the same shape, samples in [-1, 1).
        `linear_encode(linear_decode(codes)) == codes` for every code.
    """
    numpy_in = isinstance(codes, np.ndarray)
    codes = codes.astype("float32") if numpy_in else ops.cast(codes, "float32")
    return 2 * codes / levels - 1
