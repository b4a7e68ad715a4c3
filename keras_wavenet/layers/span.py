"""Spans of a sequence in time.

They are cut with `ops.slice`: on TensorFlow the gradient of an index, `x[:, a:b]`,
takes longer than that of a slice, and fifty blocks have two hundred of them.
"""

from keras import ops


def span(sequence, start, length):
    """`length` positions of a sequence, `(batch, time, ...)`, from `start` on."""
    batch, _, *rest = ops.shape(sequence)
    starts = (0, start, *(0 for _ in rest))
    return ops.slice(sequence, starts, (batch, length, *rest))


def newest(sequence, like):
    """The last positions of a sequence, as many as another one, `like`, has."""
    length = ops.shape(like)[1]
    return span(sequence, ops.shape(sequence)[1] - length, length)
