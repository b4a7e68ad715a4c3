"""A stack of residual blocks (paper, figure 4): the loop over them."""

from collections.abc import Sequence

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.utils.tensor import Tensor


def run_blocks(
    blocks: Sequence[keras.layers.Layer],
    x: Tensor,
    memory: Sequence[queue.Memory] | None = None,
    conditions: Sequence | None = None,
    mask: Tensor | None = None,
) -> tuple[list[Tensor], list]:
    """Run each block on the residual stream of the previous one.

    Args:
        blocks: `GatedResidualBlock`s.
        x: The residual stream, `(B, T, R)`, or with a memory one sample, `(B, R)`.
        memory: The memory of each block; `None` for a sequence without earlier inputs.
        conditions: The `conditions` of each block; `None` without conditions.
        mask: `None`, or bool `(B, T)`: positions where it is false are set to zero.

    Returns:
        The z of each block, and the next memory of each; without a memory given, a
        `queue.Tail` of each.
    """
    zs, memory_after, shortened = [], [], 0
    absent = [None] * len(blocks)
    steps = zip(blocks, memory or absent, conditions or absent, strict=True)
    for block, past, condition in steps:
        (x, z), past = queue.run(block, x, past, conditions=condition)
        shortened += block.history
        x = zero_where_masked(x, mask, shortened)
        zs.append(z)
        memory_after.append(past)
    return zs, memory_after


def zero_where_masked(x: Tensor, mask: Tensor | None, shortened: int) -> Tensor:
    """`x`, `(B, T - shortened, C)`, with zeros where the mask, `(B, T)`, is false."""
    if mask is None:
        return x
    return ops.where(ops.expand_dims(mask[:, shortened:], -1), x, 0)
