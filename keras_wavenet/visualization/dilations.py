"""Charts of a dilated stack: its tree, still or moving, and its receptive field."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.utils.extras import import_extra
from keras_wavenet.visualization.style import (
    BLUE,
    FAINT,
    GRID,
    INK,
    ORANGE,
    VERMILION,
    new_figure,
    tidy,
)


def plot_dilations(
    axes: Any,
    dilations: Sequence[int],
    kernel_size: int = 2,
    positions: int | None = None,
    output: int | None = None,
) -> Any:
    """Draw the tree of a stack of dilated convolutions (paper, figure 3).

    Each row of dots is a layer, the inputs at the bottom. The strong lines are those
    from which one output is computed.

    Args:
        axes: Of matplotlib.
        dilations: The dilation of each block; up to about six are readable.
        kernel_size: Taps of each convolution.
        positions: Samples drawn; `None`: all that an output depends on, and a quarter
            more.
        output: Number of the position whose tree is strong; `None` is the last one.

    Returns:
        The axes.

    Example:
        >>> plot_dilations(new_figure(9, 4).subplots(), [1, 2, 4, 8])
    """
    reach = (kernel_size - 1) * sum(dilations) + 1
    count = reach + reach // 4 if positions is None else positions
    output = count - 1 if output is None else output
    faint, strong = _edges(dilations, kernel_size, count, output)
    collections = import_extra("matplotlib.collections", "Drawing a picture")
    for lines, color, width in ((faint, GRID, 0.8), (strong, BLUE, 1.4)):
        axes.add_collection(
            collections.LineCollection(lines, colors=color, linewidths=width)
        )
    reached = _reached(dilations, kernel_size, output)
    for layer, own in enumerate(reached):
        x = np.arange(count)
        axes.scatter(x, np.full(count, layer), s=14, color="white", edgecolor=FAINT)
        own = sorted(p for p in own if p >= 0)
        color = ORANGE if layer == len(dilations) else BLUE
        axes.scatter(own, [layer] * len(own), s=18, color=color, zorder=3)
    names = ["input", *(f"dilation {dilation}" for dilation in dilations)]
    axes.set(xlim=(-1, count), ylim=(-0.4, len(dilations) + 0.4))
    tidy(axes, f"One output depends on {reach} samples", "sample").grid(False)
    axes.set_yticks(range(len(names)), names)
    return axes


def animate_dilations(
    dilations: Sequence[int], kernel_size: int = 2, frames: int = 8
) -> bytes:
    """Draw the tree of a stack while its output moves on, sample by sample.

    Args:
        dilations, kernel_size: As in `plot_dilations`.
        frames: Number of outputs, one after the other.

    Returns:
        An animated png file, which browsers play.

    Raises:
        ImportError: If matplotlib is not installed; names the extra that brings it.
    """
    animation = import_extra("matplotlib.animation", "Drawing an animation")
    backend = import_extra("matplotlib.backends.backend_agg", "Drawing an animation")
    count = (kernel_size - 1) * sum(dilations) + frames
    figure = new_figure(9, 0.6 * len(dilations) + 1.2)
    backend.FigureCanvasAgg(figure)
    axes = figure.subplots()

    def draw(frame):
        axes.clear()
        output = count - frames + frame
        plot_dilations(axes, dilations, kernel_size, count, output)
        return axes.collections

    moving = animation.FuncAnimation(figure, draw, frames=frames, interval=250)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dilations.png"  # Pillow writes an animated one
        moving.save(path, writer=animation.PillowWriter(fps=4), dpi=100)
        return path.read_bytes()


def plot_receptive_field(
    axes: Any,
    dilations: Sequence[int],
    kernel_size: int = 2,
    initial_kernel_size: int = 2,
    sample_rate: int = 16000,
) -> Any:
    """Draw how the receptive field grows from block to block.

    Args:
        axes: Of matplotlib.
        dilations: The dilation of each block.
        kernel_size, initial_kernel_size: Taps of the convolutions.
        sample_rate: Hz.

    Returns:
        The axes.
    """
    steps = [initial_kernel_size, *((kernel_size - 1) * d for d in dilations)]
    reach = np.cumsum(steps)
    milliseconds = 1000 * reach / sample_rate
    numbers = np.arange(len(reach))
    axes.barh(numbers, milliseconds, color=BLUE, height=0.7)
    names = ["first layer", *(f"block {i}, d = {d}" for i, d in enumerate(dilations))]
    every = -(-len(names) // 32)
    axes.set_yticks(numbers[::every], names[::every])
    axes.annotate(
        f"{reach[-1]:,} samples",
        (milliseconds[-1], numbers[-1]),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=INK,
        fontsize=8.5,
    )
    axes.set_xlim(right=1.15 * milliseconds[-1])  # beside the bar, which may be thin
    tidy(axes, "Receptive field after each block", "ms").grid(False, axis="y")
    axes.invert_yaxis()
    return axes


def plot_saliency(axes: Any, saliency: np.ndarray, sample_rate: int) -> Any:
    """Draw how strongly a prediction depends on each sample before it.

    Args:
        axes: Of matplotlib.
        saliency: Float array, `(lags,)`: of `introspection.saliency`, of one position
            or the mean of several. The first lag is one sample.
        sample_rate: Hz.

    Returns:
        The axes.
    """
    milliseconds = 1000 * np.arange(1, len(saliency) + 1) / sample_rate
    axes.plot(milliseconds, saliency, color=BLUE, linewidth=0.9)
    shares = np.cumsum(saliency) / max(float(np.sum(saliency)), 1e-30)
    for share, color in ((0.5, ORANGE), (0.9, VERMILION)):
        lag = milliseconds[np.searchsorted(shares, share).clip(max=len(shares) - 1)]
        label = f"{share:.0%} within {lag:.3g} ms"
        axes.axvline(lag, color=color, linewidth=1.2, label=label)
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_formatter("{x:g}")
    tidy(axes, "Gradient over the past", "ms before the sample", "bits per unit")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return axes


def _reached(dilations, kernel_size, output):
    """For the input and each layer, the positions that an output is computed from."""
    rows = [{output}]
    for dilation in reversed(dilations):
        taps = [tap * dilation for tap in range(kernel_size)]
        rows.append({position - tap for position in rows[-1] for tap in taps})
    return rows[::-1]


def _edges(dilations, kernel_size, count, output):
    """All lines of the tree, and those of one output."""
    reached = _reached(dilations, kernel_size, output)
    faint, strong = [], []
    for layer, dilation in enumerate(dilations):
        for position in range(count):
            for tap in range(kernel_size):
                below = position - tap * dilation
                if below >= 0:
                    line = [(below, layer), (position, layer + 1)]
                    own = position in reached[layer + 1]
                    (strong if own else faint).append(line)
    return faint, strong
