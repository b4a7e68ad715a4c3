"""Dilation schedules and their receptive field."""

from collections.abc import Sequence

from keras_wavenet.utils import checks


def doubling_dilations(largest: int = 512, cycles: int = 1) -> list[int]:
    """The paper's schedule: 1, 2, 4, ..., `largest`, and again, `cycles` times.

    Args:
        largest: The largest dilation, a power of two.
        cycles: Number of times that the dilations run from 1 to `largest`.

    Returns:
        The dilation of each block.

    Raises:
        ValueError: If `largest` is not a power of two or `cycles` is below 1.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.1.

    Example:
        `doubling_dilations(4, cycles=2)` is `[1, 2, 4, 1, 2, 4]`.
    """
    checks.positive(largest=largest, cycles=cycles)
    if largest & (largest - 1):
        raise ValueError(
            f"`largest` must be a power of two. Received: largest={largest!r}"
        )
    return [2**i for i in range(largest.bit_length())] * cycles


def receptive_field(
    dilations: Sequence[int], kernel_size: int = 2, initial_kernel_size: int = 2
) -> int:
    """Samples that one output depends on, the present one included.

    Args:
        dilations: The dilation of each block.
        kernel_size: Taps of each dilated convolution.
        initial_kernel_size: Taps of the first convolution.

    Returns:
        `(initial_kernel_size - 1) + (kernel_size - 1) * sum(dilations) + 1`.

    Example:
        `receptive_field(doubling_dilations(512, cycles=5))` is 5117.
    """
    return (initial_kernel_size - 1) + (kernel_size - 1) * sum(dilations) + 1
