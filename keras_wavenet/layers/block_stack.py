"""A stack of residual blocks (paper, figure 4): the loop over them."""

from keras import ops

from keras_wavenet.layers import queue


def run_blocks(blocks, x, memory=None, conditions=None, mask=None):
    """Run each block on the residual stream of the one before.

    Args:
        blocks: `GatedResidualBlock`s.
        x: The residual stream, `(B, T, C)`, or with a memory one sample, `(B, C)`.
        memory: The memory of each block; `None` starts with nothing before.
        conditions: What conditions each block, as it takes it; `None`: nothing does.
        mask: `None`, or bool `(B, T)`: positions where it is false are kept zero.

    Returns:
        The z of each block, and the next memory of each.
    """
    zs, memory_after, shortened = [], [], 0
    nothing = [None] * len(blocks)
    steps = zip(blocks, memory or nothing, conditions or nothing, strict=True)
    for block, past, condition in steps:
        (x, z), past = queue.run(block, x, past, conditions=condition)
        shortened += block.history
        x = zero_where_masked(x, mask, shortened)
        zs.append(z)
        memory_after.append(past)
    return zs, memory_after


def zero_where_masked(x, mask, shortened):
    """Zero positions of `(B, T - shortened, C)` whose mask, of `(B, T)`, is false."""
    if mask is None:
        return x
    return ops.where(ops.expand_dims(mask[:, shortened:], -1), x, 0)
