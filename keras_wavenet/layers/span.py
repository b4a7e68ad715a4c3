"""Spans of a sequence in time.

They are taken with `ops.slice`: on TensorFlow its gradient is faster than that of an
index, `x[:, a:b]`, and a network of fifty blocks has two hundred of them.
"""

from keras import ops

from keras_wavenet.utils.tensor import Tensor


def span(sequence: Tensor, start: int | Tensor, length: int | Tensor) -> Tensor:
    """Positions `start` to `start + length - 1` of `(batch, time, ...)`."""
    batch, _, *rest = ops.shape(sequence)
    starts = (0, start, *(0 for _ in rest))
    return ops.slice(sequence, starts, (batch, length, *rest))


def span_of_other(
    sequence: Tensor, start: int | Tensor, length: int | Tensor
) -> Tensor:
    """As `span`, where `length` is that of another input than the sequence.

    In an exported program on JAX both are symbols that cannot be compared, as a slice
    compares them: rows are then gathered.
    """
    if isinstance(length, int) or ops.is_tensor(length):
        return span(sequence, start, length)
    return ops.take(sequence, ops.arange(length, dtype="int32") + start, axis=1)


def newest(sequence: Tensor, like: Tensor) -> Tensor:
    """The last positions of a sequence, as many as the sequence `like` has."""
    length = ops.shape(like)[1]
    return span(sequence, ops.shape(sequence)[1] - length, length)
