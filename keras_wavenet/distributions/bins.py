"""The bins that the probability of a sample is integrated over.

Axes: those of the samples, `(...)`, and one more of length 1 for the components.
"""

import functools
import math
import typing

import numpy as np
from keras import ops

from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.layers.mu_law import mu_law_compress
from keras_wavenet.utils import pcm
from keras_wavenet.utils.tensor import Tensor


class Bins(typing.NamedTuple):
    """Intervals on the line of a density; the first and the last one are unbounded.

    Attributes:
        center: float32 tensor, their middles.
        half_width: Half of their widths, a number or a float32 tensor.
        log_width: The logarithm of their widths, likewise.
        is_first, is_last: bool tensors: no lower edge, no upper edge.
    """

    center: Tensor
    half_width: Tensor | float
    log_width: Tensor | float
    is_first: Tensor
    is_last: Tensor


def even_bins(codes: Tensor, levels: int) -> Bins:
    """The bins of evenly spaced levels: see `linear_levels.py`.

    Args:
        codes: int32 tensor, from 0 to `levels - 1`.
        levels: Number of levels.
    """
    return Bins(
        linear_decode(codes, levels),
        1 / levels,
        math.log(2 / levels),
        codes == 0,
        codes == levels - 1,
    )


def bins_of_16_bit(waveform: Tensor, mu: int | None) -> Bins:
    """The bins of the 16-bit levels of samples, where a density has the line.

    Args:
        waveform: Float tensor in [-1, 1].
        mu: Of the companding between samples and that line; `None` for none.
    """
    codes = linear_encode(waveform, pcm.LEVELS)[..., None]
    bins = even_bins(codes, pcm.LEVELS)
    if mu is None:
        return bins
    centers, half_widths = (
        ops.take(ops.convert_to_tensor(table), codes) for table in _companded_bins(mu)
    )
    return bins._replace(
        center=centers, half_width=half_widths, log_width=ops.log(2 * half_widths)
    )


@functools.lru_cache(maxsize=4)
def _companded_bins(mu):
    """Middles and half widths of the bins of 16-bit levels after companding."""
    edges = np.arange(-1, 2 * pcm.LEVELS, 2) / pcm.LEVELS - 1  # float64
    edges = mu_law_compress(edges, mu)
    middles, half_widths = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    return middles.astype("float32"), half_widths.astype("float32")
