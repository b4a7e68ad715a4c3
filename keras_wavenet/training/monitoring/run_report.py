"""A page on a run, `report.html`, which is written anew as the run goes on."""

import dataclasses
import time
import warnings
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.training.monitoring.report_page import RunFacts, make_page
from keras_wavenet.training.run_folder import LOG, REPORT

SECONDS_BETWEEN = 30  # as of `RunPicture`, whose picture the page holds


class RunReport(keras.callbacks.Callback):
    """Write `report.html` in the folder of a run: data, curves, samples, commands.

    The page is written at the start of training, when an epoch ends, at most every 30
    seconds, and when training ends. It holds what the other callbacks of the run have
    written, so in the list of callbacks it must be after them; a resumed run has its
    whole history. It can be sent alone: of the samples it holds the first and the
    newest, and links to the others. A failure gives a warning, and training continues.

    Args:
        folder: Of the run.
        facts: What the page says besides; figures of the model and the baselines are
            added.
        measured: What has a `baseline`, such as a `BaselineCallback`; None has none.
    """

    def __init__(self, folder: Path, facts: RunFacts, measured: Any = None):
        super().__init__()
        self.folder, self.facts, self.measured = folder, facts, measured
        self._next = 0.0

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._write()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if time.monotonic() >= self._next:
            self._write()
            self._next = time.monotonic() + SECONDS_BETWEEN

    def on_train_end(self, logs: dict | None = None) -> None:
        self._write()

    def finish(self, step: int) -> None:
        """Write the page of a complete run that is missing or older than its table."""
        times = [
            path.stat().st_mtime_ns if path.is_file() else 0
            for path in (self.folder / REPORT, self.folder / LOG)
        ]
        if times[0] < times[1]:
            self._write()

    def _write(self):
        try:
            baseline = getattr(self.measured, "baseline", None)
            facts = dataclasses.replace(
                self.facts,
                model=_figures(self.model),
                baselines={} if baseline is None else baseline.by_name,
            )
            make_page(self.folder, facts).write(self.folder / REPORT)
        except Exception as error:  # whatever it is, training is worth more
            warnings.warn(
                f"{self.folder / REPORT} was not written: {error}", stacklevel=2
            )


def _figures(model):
    """Figures of a model, by name."""
    field = model.receptive_field
    milliseconds = 1000 * field / model.sample_rate
    return {
        "parameters": f"{model.count_params():,}",
        "receptive field": f"{field:,} samples, {milliseconds:.0f} ms",
        "sample rate": f"{model.sample_rate:,} Hz",
        "output": str(model.distribution),
    }
