"""Charts of what blocks compute over time, and of what each is worth.

They draw what `keras_wavenet.introspection` returns. Axes: N blocks, T samples.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_wavenet.visualization.style import BLUE, FAINT, VERMILION, color_bar, tidy

DYNAMIC_RANGE = 40  # dB of the skip contributions, from dark to bright
_COLORS = "cividis"  # which rises in lightness for readers with any color vision


def plot_gates(
    axes: Any, gates: np.ndarray, sample_rate: int, dilations: Sequence[int]
) -> Any:
    """Draw the mean gate of each block over time: 0 is closed, 1 open.

    Args:
        axes: Of matplotlib.
        gates: Float array, `(N, T)`: `activation_levels(...).gate`.
        sample_rate: Hz.
        dilations: The dilation of each block.

    Returns:
        The axes.

    Example:
        >>> levels = activation_levels(model, recording)
        >>> plot_gates(axes, levels.gate, model.sample_rate, model.dilations)
    """
    low, high = np.percentile(gates, [0.5, 99.5])
    image = _plot_map(axes, gates, sample_rate, dilations, (low, high))
    tidy(axes, "Mean gate of each block", "seconds", "dilation").grid(False)
    color_bar(axes, image, "gate, 0 is closed")
    return axes


def plot_skip_levels(
    axes: Any, skips: np.ndarray, sample_rate: int, dilations: Sequence[int]
) -> Any:
    """Draw how much each block adds to the skip sum over time, in decibels.

    Args:
        axes: Of matplotlib.
        skips: Float array, `(N, T)`: `activation_levels(...).skip`.
        sample_rate, dilations: As in `plot_gates`.

    Returns:
        The axes.
    """
    largest = max(float(np.max(skips)), 1e-12)
    decibels = 20 * np.log10(np.maximum(skips / largest, 1e-6))
    limits = (-DYNAMIC_RANGE, 0)
    image = _plot_map(axes, decibels, sample_rate, dilations, limits)
    tidy(axes, "What each block adds to the skip sum", "seconds", "dilation").grid(
        False
    )
    color_bar(axes, image, "dB below the largest")
    return axes


def plot_contributions(
    axes: Any, bits: float, silenced: Sequence[float], dilations: Sequence[int]
) -> Any:
    """Draw the bits per sample that silencing each block costs.

    Args:
        axes: Of matplotlib.
        bits: With all blocks.
        silenced: `(N,)`, with each block silenced: of `introspection.contributions`.
        dilations: The dilation of each block.

    Returns:
        The axes.
    """
    costs = np.asarray(silenced) - bits
    colors = [BLUE if cost >= 0 else VERMILION for cost in costs]
    axes.bar(range(len(costs)), costs, color=colors, width=0.8)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    _name_blocks(axes.xaxis, dilations)
    title = f"Bits per sample that silencing a block adds to {bits:.2f}"
    tidy(axes, title, "dilation of the block", "bits").grid(False, axis="x")
    return axes


def plot_block_responses(
    axes: Any,
    frequencies: np.ndarray,
    magnitude: np.ndarray,
    dilations: Sequence[int],
) -> Any:
    """Draw the mean response of each block's channels over the frequency.

    Args:
        axes: Of matplotlib.
        frequencies: Float array, `(F,)`, above 0 Hz.
        magnitude: Float array, `(blocks, F, D)`, of `introspection.sine_response`.
        dilations: The dilation of each block.

    Returns:
        The axes.
    """
    means = magnitude.mean(axis=2)  # (blocks, F)
    image = axes.pcolormesh(
        frequencies,
        np.arange(len(means)),
        means,
        shading="nearest",
        cmap=_COLORS,
        vmin=0,
        rasterized=True,
    )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    _name_blocks(axes.yaxis, dilations)
    tidy(axes, "How much z moves with a sine", "Hz", "dilation").grid(False)
    color_bar(axes, image, "standard deviation of z")
    return axes


def _plot_map(axes, values, sample_rate, dilations, limits):
    """Draw a map of blocks over time, the first block at the bottom."""
    blocks, samples = values.shape
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest" if samples < 2000 else "antialiased",
        cmap=_COLORS,
        vmin=limits[0],
        vmax=limits[1],
        extent=(0, samples / sample_rate, -0.5, blocks - 0.5),
    )
    _name_blocks(axes.yaxis, dilations)
    return image


def _name_blocks(axis, dilations):
    """Name blocks by their dilation: all of a few, else the ends of each cycle."""
    numbers = range(len(dilations))
    if len(dilations) > 24:
        numbers = [
            i for i in numbers if dilations[i] in (min(dilations), max(dilations))
        ]
    axis.set_ticks(list(numbers), [str(dilations[i]) for i in numbers])
