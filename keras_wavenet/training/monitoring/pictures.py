"""Pictures of a run: its metrics over steps, waveforms and spectrograms."""

import io
import os
import time
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_wavenet.training.baseline import Baseline
from keras_wavenet.training.monitoring.csv_log import Row, read_rows
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.extras import import_extra

INK, FAINT, GRID = "#22313f", "#8795a1", "#e4e9ed"
TRAINING, VALIDATION, RATE = "#8fb4d9", "#c0392b", "#e0a63a"
DYNAMIC_RANGE = 70  # dB from the darkest to the brightest color of a spectrogram
LEAST_TOP = -30.0  # dB that are drawn brightest, at least: silence stays dark
SECONDS_BETWEEN = 30  # a picture takes half a second: a run of short epochs has fewer


class RunPicture(keras.callbacks.Callback):
    """Draw how bits per sample and learning rate went, from the table of a `CSVLog`.

    The picture is drawn when an epoch ends, at most every 30 seconds, and when training
    ends; in the list of callbacks it must be after the `CSVLog`. A failure gives a
    warning, and training continues.

    Args:
        path: The png file; one that is there is replaced.
        log: The csv file of the `CSVLog`.
        measured: What has a `baseline` to be drawn as lines, such as a
            `BaselineCallback`; None draws none.

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

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if time.monotonic() >= self._next:
            self._draw()
            self._next = time.monotonic() + SECONDS_BETWEEN

    def on_train_end(self, logs: dict | None = None) -> None:
        self._draw()

    def finish(self, step: int) -> None:
        """Draw a complete run whose picture is missing or older than its table."""
        times = [
            path.stat().st_mtime_ns if path.is_file() else 0
            for path in (self.path, self.log)
        ]
        if times[0] < times[1]:
            self._draw()

    def _draw(self):
        try:
            rows = read_rows(self.log)
            if not rows:
                return
            content = draw_run(rows, getattr(self.measured, "baseline", None))
            with atomic_file.replacing(self.path) as file:
                file.write(content)
        except Exception as error:  # whatever it is, training is worth more
            warnings.warn(f"{self.path} was not drawn: {error}", stacklevel=2)


def draw_run(rows: list[Row], baseline: Baseline | None = None) -> bytes:
    """Draw a run.

    Args:
        rows: The table of a `CSVLog`, of one row at least.
        baseline: What to draw as lines.

    Returns:
        A png file.
    """
    figure = new_figure(9, 6)
    bits, rate = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    draw_bits(bits, rows, baseline)
    steps = [row["step"] for row in rows]
    rate.plot(steps, [row["learning_rate"] for row in rows], color=RATE)
    rate.set_ylim(bottom=0)
    rate.yaxis.set_major_formatter("{x:g}")
    rate.xaxis.set_major_formatter("{x:,.0f}")
    tidy(rate, "Learning rate", "step")
    return encode_png(figure)


def draw_bits(axes: Any, rows: list[Row], baseline: Baseline | None) -> None:
    """Draw bits per sample, of training and validation, over steps.

    A metric of training is drawn at the middle of the steps that it is the mean of.
    """
    known = "bits_per_sample" in rows[0]  # `compile` may have had other metrics
    column, title = (
        ("bits_per_sample", "Bits per sample") if known else ("loss", "Loss")
    )
    plain = {"color": TRAINING, "linewidth": 1.5}
    strong = {"color": VALIDATION, "linewidth": 1.8, "markersize": 3.5}
    ends = [row["step"] for row in rows]
    middles = [(start + end) / 2 for start, end in zip([0, *ends], ends, strict=False)]
    for label, name, steps, style in (
        ("training", column, middles, plain),
        ("validation", f"val_{column}", ends, {**strong, "marker": "o"}),
    ):
        costs = [row[name] for row in rows]
        points = [(x, y) for x, y in zip(steps, costs, strict=True) if y is not None]
        if points:
            style["label"] = f"{label} {points[-1][1]:.3f}"
            axes.plot(*zip(*points, strict=True), **style)
    axes.margins(x=0.02)
    if known and baseline is not None:
        draw_baseline(axes, baseline)
    tidy(axes, title)
    legend_beside_title(axes)


def draw_baseline(axes: Any, baseline: Baseline) -> None:
    """Draw the two baselines as labelled lines."""
    for name, bits in (
        ("histogram of the codes", baseline.histogram),
        ("last-sample predictor", baseline.last_sample),
    ):
        axes.axhline(bits, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{name} {bits:.2f}",
            (1, bits),
            xycoords=("axes fraction", "data"),
            xytext=(-2, 4),
            textcoords="offset points",
            ha="right",
            color=FAINT,
            fontsize=8.5,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0},
        )
    axes.set_ylim(top=max(axes.get_ylim()[1], baseline.histogram + 0.4))


def new_figure(width: float, height: float):
    """An empty figure of so many inches, which pyplot neither shows nor keeps.

    Raises:
        ImportError: If matplotlib is not installed; names the extra that brings it.
    """
    figure = import_extra("matplotlib.figure", "Drawing a picture")
    return figure.Figure(
        figsize=(width, height), layout="constrained", facecolor="white"
    )


def tidy(axes: Any, title: str, xlabel: str = "", ylabel: str = "") -> None:
    """Set the title and the labels of a chart, and remove its frame."""
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    axes.set_xlabel(xlabel, color=INK, fontsize=9)
    axes.set_ylabel(ylabel, color=INK, fontsize=9)
    axes.tick_params(colors=FAINT, labelcolor=INK, labelsize=8.5, length=3)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(FAINT)


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


def draw_waveform(
    axes: Any, waveform: np.ndarray, sample_rate: int, title: str
) -> None:
    """Draw samples over seconds."""
    seconds = np.arange(len(waveform)) / sample_rate
    axes.plot(seconds, waveform, color=INK, linewidth=0.4)
    axes.set(ylim=(-1, 1), xlim=(0, len(waveform) / sample_rate))
    tidy(axes, title, ylabel="amplitude")


def draw_spectrogram(
    axes, waveform: np.ndarray, sample_rate: int, title: str = ""
) -> None:
    """Draw the short-time spectrum in decibels, over seconds and kHz."""
    decibels, hop = spectrogram(waveform, sample_rate)
    top = max(float(decibels.max()), LEAST_TOP)
    seconds = decibels.shape[1] * hop / sample_rate
    image = axes.imshow(
        decibels,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=top - DYNAMIC_RANGE,
        vmax=top,
        extent=(0, seconds, 0, sample_rate / 2000),
    )
    tidy(axes, title, "seconds", "kHz")
    axes.grid(False)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("dB", color=INK, fontsize=9)
    bar.ax.tick_params(labelsize=8.5, colors=FAINT, labelcolor=INK, length=3)
    bar.outline.set_visible(False)


def spectrogram(waveform: np.ndarray, sample_rate: int) -> tuple[np.ndarray, int]:
    """Short-time spectrum of a waveform: Hann windows of 32 ms, a new one each 8 ms.

    Returns:
        dB below a sine of full scale, `(frequencies, frames)`, and the samples from one
        frame to the next.
    """
    hop = max(4, round(0.008 * sample_rate))
    length = 4 * hop
    padded = np.pad(waveform, (length // 2, length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    frames = frames[: max(1, -(-len(waveform) // hop))]
    window = np.hanning(length)
    spectrum = np.abs(np.fft.rfft(frames * window)) / (window.sum() / 2)
    return 20 * np.log10(np.maximum(spectrum, 1e-7)).T, hop


def encode_png(figure: Any) -> bytes:
    """The png file of a figure, the same bytes for the same figure."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    return content.getvalue()
