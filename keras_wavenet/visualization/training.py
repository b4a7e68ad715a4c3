"""Charts of a training run: bits per sample against baselines, and learning rate."""

from collections.abc import Mapping, Sequence
from typing import Any

from keras_wavenet.visualization.style import (
    FAINT,
    INK,
    ORANGE,
    SKY_BLUE,
    VERMILION,
    legend_beside_title,
    tidy,
)

Row = Mapping[str, float | None]

TRAINING, VALIDATION, RATE = SKY_BLUE, VERMILION, ORANGE


def plot_bits(
    axes: Any, rows: Sequence[Row], baselines: Mapping[str, float] | None = None
) -> Any:
    """Draw bits per sample, of training and validation, over steps.

    A metric of training is drawn at the middle of the steps that it is the mean of.
    Without bits per sample, the loss is drawn, without baselines.

    Args:
        axes: Of matplotlib.
        rows: The table of a run, `keras_wavenet.training.Run.history`: one row at
            least.
        baselines: Bits per sample by name, each drawn as a line.

    Returns:
        The axes.
    """
    known = "bits_per_sample" in rows[0]  # `compile` may have had other metrics
    column, title = (
        ("bits_per_sample", "Bits per sample") if known else ("loss", "Loss")
    )
    plain = {"color": TRAINING, "linewidth": 1.5}
    strong = {"color": VALIDATION, "linewidth": 1.8, "markersize": 3.5, "marker": "o"}
    ends, curves = [row["step"] for row in rows], []
    middles = [(start + end) / 2 for start, end in zip([0, *ends], ends, strict=False)]
    for label, name, steps, style in (
        ("training", column, middles, plain),
        ("validation", f"val_{column}", ends, strong),
    ):
        costs = [row[name] for row in rows]
        points = [(x, y) for x, y in zip(steps, costs, strict=True) if y is not None]
        if points:
            curves.append([y for _, y in points])
            label = f"{label} {points[-1][1]:.3f}"
            axes.plot(*zip(*points, strict=True), label=label, **style)
    axes.margins(x=0.02)
    if known and baselines:
        _plot_baselines(axes, baselines, curves)
    tidy(axes, title)
    legend_beside_title(axes)
    return axes


def _plot_baselines(axes, baselines, curves):
    """Draw each baseline as a line, named at the end farther from the curves."""
    for name, bits in baselines.items():
        starts, ends = (
            min((abs(curve[place] - bits) for curve in curves), default=0)
            for place in (0, -1)
        )
        left = starts > ends
        axes.axhline(bits, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{name} {bits:.2f}",
            (0 if left else 1, bits),
            xycoords=("axes fraction", "data"),
            xytext=(2 if left else -2, 4),
            textcoords="offset points",
            ha="left" if left else "right",
            color=INK,
            fontsize=8.5,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0},
        )
    axes.set_ylim(top=max(axes.get_ylim()[1], max(baselines.values()) + 0.4))


def plot_learning_rate(axes: Any, rows: Sequence[Row]) -> Any:
    """Draw the learning rate of a run over steps.

    Args:
        axes: Of matplotlib.
        rows: As in `plot_bits`.

    Returns:
        The axes.
    """
    steps = [row["step"] for row in rows]
    axes.plot(steps, [row["learning_rate"] for row in rows], color=RATE)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    return tidy(axes, "Learning rate", "step")
