"""A picture of a run, to be looked at while it goes on."""

import os
import time
import warnings
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.training.monitoring import pictures
from keras_wavenet.training.monitoring.csv_table import Row, read_rows
from keras_wavenet.training.yardstick import Yardstick
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.extras import import_extra

SECONDS_BETWEEN = 30  # a picture takes half a second: a run of short epochs has fewer


class RunPicture(keras.callbacks.Callback):
    """Draw how bits per sample and learning rate went, from the table of a `CSVLog`.

    The picture is drawn when an epoch ends, at most every 30 seconds, and when training
    ends; in the list of callbacks it stands behind the `CSVLog`. What goes wrong with
    it is warned of and stops nothing.

    Args:
        path: The png file; one that is there is replaced.
        log: The csv file of the `CSVLog`.
        measured: What has a `yardstick` to be drawn as lines, such as a
            `YardstickCallback`; None draws none.

    Raises:
        ImportError: If matplotlib is not installed; names the extra that brings it.
    """

    def __init__(
        self, path: str | os.PathLike, log: str | os.PathLike, measured: Any = None
    ):
        super().__init__()
        import_extra("matplotlib", "Drawing a picture")
        self.path, self.log, self.measured = Path(path), Path(log), measured
        self._next = 0.0

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() >= self._next:
            self._draw()
            self._next = time.monotonic() + SECONDS_BETWEEN

    def on_train_end(self, logs=None):
        self._draw()

    def _draw(self):
        try:
            rows = read_rows(self.log)
            if not rows:
                return
            content = draw_run(rows, getattr(self.measured, "yardstick", None))
            with atomic_file.replacing(self.path) as file:
                file.write(content)
        except Exception as error:  # whatever it is, training is worth more
            warnings.warn(f"{self.path} was not drawn: {error}", stacklevel=2)


def draw_run(rows: list[Row], yardstick: Yardstick | None = None) -> bytes:
    """Draw a run.

    Args:
        rows: The table of a `CSVLog`, of one row at least.
        yardstick: What to draw as lines.

    Returns:
        A png file.
    """
    figure = pictures.new_figure(9, 6)
    bits, rate = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    draw_bits(bits, rows, yardstick)
    steps = [row["step"] for row in rows]
    rate.plot(steps, [row["learning_rate"] for row in rows], color=pictures.RATE)
    rate.set_ylim(bottom=0)
    rate.yaxis.set_major_formatter("{x:g}")
    rate.xaxis.set_major_formatter("{x:,.0f}")
    pictures.tidy(rate, "Learning rate", "step")
    return pictures.encode_png(figure)


def draw_bits(axes, rows: list[Row], yardstick: Yardstick | None) -> None:
    """Draw bits per sample, of training and validation, over steps.

    A figure of training stands in the middle of the steps that it is the mean of.
    """
    known = "bits_per_sample" in rows[0]  # `compile` may have had other metrics
    column, title = (
        ("bits_per_sample", "Bits per sample") if known else ("loss", "Loss")
    )
    plain = {"color": pictures.TRAINING, "linewidth": 1.5}
    strong = {"color": pictures.VALIDATION, "linewidth": 1.8, "markersize": 3.5}
    ends = [row["step"] for row in rows]
    middles = [(start + end) / 2 for start, end in zip([0, *ends], ends, strict=False)]
    for label, name, steps, look in (
        ("training", column, middles, plain),
        ("validation", f"val_{column}", ends, {**strong, "marker": "o"}),
    ):
        costs = [row[name] for row in rows]
        points = [(x, y) for x, y in zip(steps, costs, strict=True) if y is not None]
        if points:
            look["label"] = f"{label} {points[-1][1]:.3f}"
            axes.plot(*zip(*points, strict=True), **look)
    axes.margins(x=0.02)
    if known and yardstick is not None:
        draw_yardstick(axes, yardstick)
    pictures.tidy(axes, title)
    pictures.legend_beside_title(axes)


def draw_yardstick(axes, yardstick: Yardstick) -> None:
    """Draw what a model must beat: two lines that say what they are."""
    for name, bits in (
        ("histogram of the codes", yardstick.histogram),
        ("table from one code to the next", yardstick.last_sample),
    ):
        axes.axhline(bits, color=pictures.FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{name} {bits:.2f}",
            (1, bits),
            xycoords=("axes fraction", "data"),
            xytext=(-2, 4),
            textcoords="offset points",
            ha="right",
            color=pictures.FAINT,
            fontsize=8.5,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0},
        )
    axes.set_ylim(top=max(axes.get_ylim()[1], yardstick.histogram + 0.4))
