"""The look of all charts: colors that all readers can tell apart, and few lines."""

import io
from typing import Any

from keras_wavenet.utils.extras import import_extra

# The palette of Okabe & Ito, Color Universal Design (2008), which readers with any
# color vision can tell apart. On white, yellow is for areas alone.
ORANGE, SKY_BLUE, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
PALETTE = (BLUE, ORANGE, GREEN, VERMILION, SKY_BLUE, PURPLE, YELLOW)
INK, FAINT, GRID = "#22313f", "#6b7985", "#e4e9ed"
DOTS_PER_INCH = 110


def new_figure(width: float, height: float) -> Any:
    """An empty figure of so many inches, which pyplot neither shows nor keeps.

    Raises:
        ImportError: If matplotlib is not installed; names the extra that brings it.

    Example:
        >>> axes = new_figure(9, 4).subplots()
        >>> tidy(axes, "Learning rate", "step").plot(steps, rates, color=ORANGE)
    """
    figure = import_extra("matplotlib.figure", "Drawing a picture")
    return figure.Figure(
        figsize=(width, height), layout="constrained", facecolor="white"
    )


def tidy(axes: Any, title: str, xlabel: str = "", ylabel: str = "") -> Any:
    """Set the title and the labels of a chart, and remove its frame.

    Returns:
        The axes.
    """
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    axes.set_xlabel(xlabel, color=INK, fontsize=9)
    axes.set_ylabel(ylabel, color=INK, fontsize=9)
    axes.tick_params(colors=FAINT, labelcolor=INK, labelsize=8.5, length=3)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(FAINT)
    return axes


def legend_beside_title(axes: Any) -> None:
    """Put the legend of a chart above it, to the right of its title."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=3,
        frameon=False,
        borderpad=0.1,
        fontsize=9,
        labelcolor=INK,
    )


def color_bar(axes: Any, image: Any, label: str) -> Any:
    """Add the scale of the colors of a map to its chart.

    Args:
        axes: Of matplotlib.
        image: What was drawn on them by `imshow` or `pcolormesh`.
        label: What the colors mean, with the unit.

    Returns:
        The color bar.
    """
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label(label, color=INK, fontsize=9)
    bar.ax.tick_params(labelsize=8.5, colors=FAINT, labelcolor=INK, length=3)
    bar.outline.set_visible(False)
    return bar


def encode_png(figure: Any) -> bytes:
    """The png file of a figure, the same bytes for the same figure."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=DOTS_PER_INCH)
    return content.getvalue()
