"""Pictures of a run: its metrics over steps, and its audio samples."""

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
from keras_wavenet.visualization.spectrogram import plot_spectrogram, plot_waveform
from keras_wavenet.visualization.style import encode_png, new_figure
from keras_wavenet.visualization.training import plot_bits, plot_learning_rate

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
    plot_bits(bits, rows, None if baseline is None else baseline.by_name)
    plot_learning_rate(rate, rows)
    return encode_png(figure)


def draw_sample(waveform: np.ndarray, sample_rate: int, title: str) -> bytes:
    """Draw a waveform above its spectrogram.

    Args:
        waveform: Float array, shape `(T,)`.
        sample_rate: Hz.
        title: What it is.

    Returns:
        A png file.
    """
    figure = new_figure(9, 4.5)
    wave, spectrum = figure.subplots(2, 1, sharex=True, height_ratios=(1, 2.4))
    plot_waveform(wave, waveform, sample_rate, title)
    plot_spectrogram(spectrum, waveform, sample_rate)
    return encode_png(figure)
