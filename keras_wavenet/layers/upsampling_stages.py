"""Stages of an upsampling: each multiplies the number of frames by its scale.

Axes: B batch, F frames, C channels, J neighboring frames that a sample depends on,
P phases of a frame (the samples that it covers).
"""

import functools
import math

import keras
import numpy as np
from keras import ops

from keras_wavenet.layers import queue


class _Transposed:
    """How a transposed convolution depends on frames.

    Sample p of frame f is `sum_i x[i] K[f * scale + p + left - i * scale]`, with the
    kernel centered on the frame: `left = (kernel_size - scale) // 2`.
    """

    def __init__(self, scale: int, kernel_size: int) -> None:
        self.scale, self.kernel_size = scale, kernel_size
        left = (kernel_size - scale) // 2
        self.lead = -left % scale  # zeros that align the kernel with a frame
        self.frames_right = (left + self.lead) // scale
        neighbors = -(-(self.lead + kernel_size) // scale)
        self.frames_left = neighbors - 1 - self.frames_right
        self.tail = neighbors * scale - self.lead - kernel_size

    @property
    def neighbors(self):
        """Frames that a sample depends on, J."""
        return self.frames_left + self.frames_right + 1


class TransposedStage(_Transposed):
    """A transposed convolution as one matrix product of neighboring frames."""

    def __init__(self, scale: int, kernel_size: int) -> None:
        super().__init__(scale, kernel_size)
        # Glorot's rule for the taps of one sample.
        self.initializer = keras.initializers.VarianceScaling(
            scale, mode="fan_avg", distribution="uniform"
        )

    def kernel_shape(self, channels, frequency_kernel_size):
        return (self.kernel_size, channels, channels)

    def bias_shape(self, channels):
        return (channels,)

    def cost(self, channels, frequency_kernel_size):
        return -(-self.kernel_size // self.scale) * channels**2

    def apply(self, x, kernel, bias=None):
        channels = kernel.shape[1]
        kernel = ops.pad(kernel, [[self.lead, self.tail], [0, 0], [0, 0]])
        kernel = ops.reshape(kernel, (self.neighbors, self.scale, channels, channels))
        kernel = ops.transpose(ops.flip(kernel, axis=0), (0, 2, 1, 3))  # (J, C, P, C)
        kernel = ops.reshape(kernel, (self.neighbors * channels, self.scale * channels))
        taps = ops.concatenate(queue.taps(x, self.neighbors, 1), axis=-1)  # (B, F, J C)
        rows = _join(ops.matmul(taps, kernel), channels)
        return rows if bias is None else rows + bias


class SharedTransposedStage(_Transposed):
    """A transposed convolution of each channel and its neighbors by the same filter."""

    def initializer(self, shape, dtype=None):
        return ops.full(shape, self.scale / math.prod(shape), dtype=dtype)  # a mean

    def kernel_shape(self, channels, frequency_kernel_size):
        return (frequency_kernel_size, self.kernel_size)

    def bias_shape(self, channels):
        return (self.scale,)

    def cost(self, channels, frequency_kernel_size):
        taps = -(-self.kernel_size // self.scale)
        return taps * frequency_kernel_size * channels

    def apply(self, x, kernel, bias=None):
        kernel = ops.pad(kernel, [[0, 0], [self.lead, self.tail]])
        weights = ops.reshape(kernel, (-1, self.neighbors, self.scale))  # (H, J, P)
        weights = ops.transpose(ops.flip(weights, axis=1), (1, 2, 0))
        return _filtered(x, weights, bias)


class StretchStage:
    """Frames repeated `scale` times, then filtered, as a matrix product of neighbors.

    A constant table maps the taps of the filter to neighbors.
    """

    def __init__(self, scale: int, kernel_size: int) -> None:
        self.scale, self.kernel_size = scale, kernel_size
        self.frames_left = self.frames_right = -(-(kernel_size // 2) // scale)

    @functools.cached_property
    def table(self):
        """Which neighbor each tap multiplies at each phase: 0 or 1, `(J, P, taps)`."""
        phase = np.arange(self.scale)[:, None]
        tap = np.arange(self.kernel_size)[None]
        neighbor = (phase + tap - self.kernel_size // 2) // self.scale
        neighbor = neighbor + self.frames_left
        number = np.arange(2 * self.frames_left + 1)[:, None, None]
        return (neighbor[None] == number).astype("float32")

    @staticmethod
    def initializer(shape, dtype=None):
        return ops.full(shape, 1 / math.prod(shape), dtype=dtype)

    def kernel_shape(self, channels, frequency_kernel_size):
        return (frequency_kernel_size, self.kernel_size)

    def bias_shape(self, channels):
        return (self.scale,)

    def cost(self, channels, frequency_kernel_size):
        return self.kernel_size * frequency_kernel_size * channels

    def apply(self, x, kernel, bias=None):
        weights = ops.einsum("jpk,hk->jph", ops.cast(self.table, x.dtype), kernel)
        return _filtered(x, weights, bias)


def _filtered(x, weights, bias):
    """The rows of frames, of which each channel has the same weights, `(J, P, H)`.

    H are neighboring channels, zeros beyond the first and the last; the bias is that of
    each phase, `(P,)`, or None.
    """
    neighbors, _, size = weights.shape
    channels, high = x.shape[-1], size // 2
    x = ops.pad(x, [[0, 0], [0, 0], [high, high]])
    views = ops.stack([x[..., i : i + channels] for i in range(size)], axis=-1)
    taps = ops.stack(queue.taps(views, neighbors, 1), 2)
    rows = ops.einsum("bfjch,jph->bfpc", taps, weights)  # (B, F, P, C)
    return _join(rows if bias is None else rows + bias[:, None], channels)


def _join(rows, channels):
    """`(B, F, ...)` to `(B, F * P, C)`."""
    return ops.reshape(rows, (ops.shape(rows)[0], -1, channels))
