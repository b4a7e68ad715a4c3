"""A diagram of the residual block and of what follows it, from a configuration."""

from typing import Any

from keras_wavenet.utils.extras import import_extra
from keras_wavenet.visualization.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    VERMILION,
)

_WIDTH, _HEIGHT = 1.5, 0.6  # of a box


def plot_block(axes: Any, architecture: Any) -> Any:
    """Draw the residual block of a network, with its sizes (paper, figure 4).

    Args:
        axes: Of matplotlib, about 10 by 4 inches.
        architecture: `model.architecture`.

    Returns:
        The axes.

    Example:
        >>> plot_block(new_figure(10, 4).subplots(), model.architecture)
    """
    a = architecture
    d, r, s = a.dilation_channels, a.residual_channels, a.skip_channels
    dilations = f"d = {min(a.dilations)} to {max(a.dilations)}"
    _box(axes, 0.4, 0.6, f"residual stream\n{r} channels", FAINT)
    _box(axes, 2.3, 2.1, f"dilated conv.\n{a.kernel_size} taps, {dilations}", BLUE, 1.9)
    _box(axes, 4.5, 2.75, f"tanh\nfilter, {d}", BLUE)
    _box(axes, 4.5, 1.45, f"sigmoid\ngate, {d}", BLUE)
    _knot(axes, 6.0, 2.1, "×")
    _box(axes, 7.2, 1.2, f"1 × 1\n{d} to {r}", ORANGE)
    _box(axes, 7.2, 3.2, f"1 × 1, skip\n{d} to {s}", GREEN)
    scale = a.residual_scale
    _knot(axes, 8.7, 0.6, "+")
    _box(axes, 10.0, 0.6, f"{'next block' if scale == 1 else f'× {scale:.3g}, next'}")
    _lines(axes)
    _box(axes, 10.0, 3.2, f"sum of\n{len(a.dilations)} blocks, ReLU", GREEN, 1.6)
    conditioned = "conditions, " if a.post_conditioning else ""
    _box(
        axes, 10.0, 2.35, f"1 × 1 to {a.post_channels}\n{conditioned}ReLU", PURPLE, 1.6
    )
    distribution = a.distribution
    outputs = f"1 × 1 to {distribution.channels}\n{distribution.name.replace('_', ' ')}"
    _box(axes, 10.0, 1.5, outputs, PURPLE, 1.6)
    _arrow(axes, (10.0, 2.9), (10.0, 2.65))
    _arrow(axes, (10.0, 2.05), (10.0, 1.8))
    if a.condition_channels:
        names = [f"{name} {width}" for name, width in a.condition_channels.items()]
        _box(axes, 2.3, 3.4, "conditions\n" + ", ".join(names), VERMILION, 2.2)
        _arrow(axes, (3.4, 3.35), (4.3, 3.05))
        _arrow(axes, (3.2, 3.1), (3.75, 1.62))
    axes.set(xlim=(-0.5, 11), ylim=(0.1, 3.9))
    title = f"Residual block, {len(a.dilations)} of them, and the output"
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    axes.set_axis_off()
    return axes


def _lines(axes):
    """The arrows between the boxes of the block."""
    _arrow(axes, (1.15, 0.6), (8.5, 0.6))
    _arrow(axes, (1.15, 0.75), (1.9, 1.8))
    _arrow(axes, (3.25, 2.3), (3.75, 2.6))
    _arrow(axes, (3.25, 1.9), (3.75, 1.45))
    _arrow(axes, (5.25, 2.6), (5.85, 2.25))
    _arrow(axes, (5.25, 1.6), (5.85, 1.95))
    _arrow(axes, (6.15, 1.95), (6.6, 1.5))
    _arrow(axes, (6.15, 2.25), (6.6, 2.9))
    axes.text(6.32, 2.06, "z", color=INK, fontsize=9, style="italic")
    _arrow(axes, (7.95, 1.1), (8.55, 0.72))
    _arrow(axes, (8.9, 0.6), (9.25, 0.6))
    _arrow(axes, (7.95, 3.2), (9.2, 3.2))


def _box(axes, x, y, text, color=FAINT, width=_WIDTH):
    """A rounded box with a text, around its middle."""
    patches = import_extra("matplotlib.patches", "Drawing a picture")
    box = patches.FancyBboxPatch(
        (x - width / 2, y - _HEIGHT / 2),
        width,
        _HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor="white",
        edgecolor=color,
        linewidth=1.8,
    )
    axes.add_patch(box)
    axes.text(x, y, text, ha="center", va="center", color=INK, fontsize=9)


def _knot(axes, x, y, sign):
    axes.scatter([x], [y], s=320, color="white", edgecolor=INK, zorder=3)
    axes.text(x, y, sign, ha="center", va="center", color=INK, fontsize=12, zorder=4)


def _arrow(axes, start, end):
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1}
    axes.annotate(
        "", end, xytext=start, arrowprops={**arrow, "shrinkA": 0, "shrinkB": 0}
    )
