"""What conditions add inside the gates, by row: each sample mixes two neighbours."""

import typing

import numpy as np

from keras_wavenet.generation.engines.cpu.arithmetic import compiled
from keras_wavenet.generation.engines.cpu.rows import add_multiple

_NONE = np.float32(0)


class Condition(typing.NamedTuple):
    """Conditions of some samples in a row, or of all, `T` being 1.

    Rows of frames stay rows of frames: nothing is written for each sample.

    Attributes:
        rows: float32 `(rows, streams, W)`; W may be 0. The last numbers are those of a
            predictor, if the network predicts.
        first: int64 `(T,)`, the first of the two rows that a sample mixes.
        near, far: float32 `(T,)`, the weights of that row and of the next one.
        held: int64 `(T,)`, the row whose predictor a sample uses: those are not mixed.
        mixed: How many numbers of a row are mixed, from the first on.
    """

    rows: np.ndarray
    first: np.ndarray
    near: np.ndarray
    far: np.ndarray
    held: np.ndarray
    mixed: int


class SampleRows:
    """A `Condition` as a sequence: item t is what sample t adds, `(streams, W)`.

    Rows are mixed when an item is read; a slice gives `(T, streams, W)`.
    """

    def __init__(self, condition):
        self.condition = condition

    def __len__(self):
        return len(self.condition.first)

    def __getitem__(self, samples):
        rows, first, near, far, held, mixed = self.condition
        first, held = first[samples], held[samples]
        second = np.minimum(first + 1, len(rows) - 1)
        near, far = near[samples, None, None], far[samples, None, None]
        products = near * rows[first, :, :mixed] + far * rows[second, :, :mixed]
        return np.concatenate([products, rows[held, :, mixed:]], axis=-1)


def of_samples(rows):
    """A condition of one row for each sample, or for all: float32 `(T, streams, W)`."""
    numbers, ones = np.arange(len(rows)), np.ones(len(rows), "float32")
    nothing = np.zeros_like(ones)
    return Condition(rows, numbers, ones, nothing, numbers, rows.shape[2])


def of_frames(rows, weights):
    """A condition that mixes frames.

    Args:
        rows: float32 `(F, streams, W)`.
        weights: float32 `(T, F)`, of which each row has one or two neighbours that are
            not zero.
    """
    samples = np.arange(len(weights))
    first = np.argmax(weights != 0, axis=1)
    second = np.minimum(first + 1, weights.shape[1] - 1)
    far = np.where(second > first, weights[samples, second], _NONE)
    near = weights[samples, first]
    return Condition(rows, first, near, far, first, rows.shape[2])


def with_predictors(condition, predictors, offset, hop):
    """A condition with a predictor for each sample behind what is mixed.

    Args:
        condition: A `Condition`.
        predictors: float32 `(T, streams, order + 1)`.
        offset: Samples of the first frame that come before the first sample.
        hop: Samples of a frame, in all of which the predictor is the same.
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


@compiled
def add_condition(condition, t, stream, at, outputs, s, width):
    """Add `width` numbers of a sample's condition, from number `at` on, to a row.

    Args:
        condition: A `Condition`.
        t: Number of the sample.
        stream: Number of the stream.
        outputs: float32 `(streams, at least width)`, contiguous, of which row `s` is
            added to.
    """
    t = t % len(condition.first)
    rows, first = condition.rows, condition.first[t]
    near, far = condition.near[t], condition.far[t]
    a = (first * rows.shape[1] + stream) * rows.shape[2] + at
    b = a + rows.shape[1] * rows.shape[2]
    to = s * outputs.shape[1]
    add_multiple(near, rows, a, outputs, to, width)
    if far != _NONE:
        add_multiple(far, rows, b, outputs, to, width)
