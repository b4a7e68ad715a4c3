"""Projections of conditions, interpolated by sample between two neighboring rows.

Axes: N samples, B streams, F frames, W channels of a condition, K order.
"""

import typing

import numpy as np

from keras_wavenet.generation.engines.cpu.compilation import inner
from keras_wavenet.generation.engines.cpu.rows import add_multiple

_ZERO = np.float32(0)


class Condition(typing.NamedTuple):
    """Projections for N consecutive samples, or with N = 1 for all samples.

    Those of frames are kept by frame and interpolated in the loop.

    Attributes:
        rows: float32 `(rows, B, W)`; W may be 0. With linear prediction the last K + 1
            channels are the predictor.
        first: int64 `(N,)`, the first of the two rows of a sample.
        near, far: float32 `(N,)`, the weights of that row and of the next one.
        held: int64 `(N,)`, the row of the predictor, which is not interpolated.
        mixed: Number of interpolated channels, the first of a row.
    """

    rows: np.ndarray
    first: np.ndarray
    near: np.ndarray
    far: np.ndarray
    held: np.ndarray
    mixed: int


class SampleRows:
    """A `Condition` as a sequence: item t is that of sample t, `(B, W)`.

    Rows are interpolated when an item is read; a slice gives `(N, B, W)`.
    """

    def __init__(self, condition: Condition) -> None:
        self.condition = condition

    def __len__(self) -> int:
        return len(self.condition.first)

    def __getitem__(self, samples: int | slice) -> np.ndarray:
        rows, first, near, far, held, mixed = self.condition
        first, held = first[samples], held[samples]
        second = np.minimum(first + 1, len(rows) - 1)
        near, far = near[samples, None, None], far[samples, None, None]
        mixture = near * rows[first, :, :mixed] + far * rows[second, :, :mixed]
        return np.concatenate([mixture, rows[held, :, mixed:]], axis=-1)


def of_samples(rows: np.ndarray) -> Condition:
    """A condition of a row for each sample, or one for all: float32 `(N or 1, B,
    W)`."""
    numbers, ones = np.arange(len(rows)), np.ones(len(rows), "float32")
    zeros = np.zeros_like(ones)
    return Condition(rows, numbers, ones, zeros, numbers, rows.shape[2])


def of_frames(rows: np.ndarray, weights: np.ndarray) -> Condition:
    """A condition that interpolates frames.

    Args:
        rows: float32 `(F, B, W)`.
        weights: float32 `(N, F)`; each row has one or two neighboring nonzeros.
    """
    samples = np.arange(len(weights))
    first = np.argmax(weights != 0, axis=1)
    second = np.minimum(first + 1, weights.shape[1] - 1)
    far = np.where(second > first, weights[samples, second], _ZERO)
    near = weights[samples, first]
    return Condition(rows, first, near, far, first, rows.shape[2])


def with_predictors(
    condition: Condition, predictors: np.ndarray, offset: int, hop: int
) -> Condition:
    """A condition with the predictor of each sample after its interpolated channels.

    Args:
        condition: A `Condition`.
        predictors: float32 `(N, B, K + 1)`.
        offset: Samples between the start of the first frame and the first sample.
        hop: Samples of a frame, which share a predictor.
    """
    held = (offset + np.arange(len(predictors))) // hop
    starts = np.flatnonzero(np.diff(held, prepend=-1))
    own = predictors[starts]
    count = max(len(condition.rows), len(own))
    width = condition.rows.shape[2]
    rows = np.zeros((count, own.shape[1], width + own.shape[2]), "float32")
    rows[: len(condition.rows), :, :width] = condition.rows
    rows[: len(own), :, width:] = own
    mixing = [
        np.broadcast_to(part, len(held)).copy()
        for part in (condition.first, condition.near, condition.far)
    ]
    return Condition(rows, *mixing, held, width)


@inner
def add_condition(
    condition: Condition,
    t: int,
    stream: int,
    at: int,
    outputs: np.ndarray,
    s: int,
    width: int,
) -> None:
    """Add `width` channels of a sample's condition, from channel `at` on, to a row.

    Args:
        condition: A `Condition`.
        t: Number of the sample.
        stream: Number of the stream.
        at: First channel.
        outputs: float32 `(B, at least width)`, contiguous.
        s: The row of `outputs` to which it is added.
        width: Number of channels.
    """
    t = t % len(condition.first)
    rows, first = condition.rows, condition.first[t]
    near, far = condition.near[t], condition.far[t]
    a = (first * rows.shape[1] + stream) * rows.shape[2] + at
    b = a + rows.shape[1] * rows.shape[2]
    to = s * outputs.shape[1]
    add_multiple(near, rows, a, outputs, to, width)
    if far != _ZERO:
        add_multiple(far, rows, b, outputs, to, width)
