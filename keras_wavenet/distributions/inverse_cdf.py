"""Drawing one of several by the inverse of the cumulative distribution."""

from keras import ops


def draw(probabilities, uniforms):
    """The number that uniform noise draws, each as often as it is probable.

    Args:
        probabilities: float32 tensor, `(batch, n)`, not negative; the sum of a row
            need not be one.
        uniforms: float32 tensor, `(batch, 1)`, in [0, 1).

    Returns:
        int32 tensor, `(batch,)`, in [0, n - 1].
    """
    cumulative = ops.cumsum(probabilities, axis=-1)
    below = cumulative <= uniforms * cumulative[..., -1:]
    numbers = ops.sum(ops.cast(below, "int32"), axis=-1)
    return ops.minimum(numbers, probabilities.shape[-1] - 1)
