"""The figures of a run in a table that any spreadsheet reads."""

import os
import time
from pathlib import Path

from keras_wavenet.training.monitoring import csv_table
from keras_wavenet.training.monitoring.step_callback import StepCallback

OWN_COLUMNS = ("step", "epoch", "seconds", "learning_rate")


class CSVLog(StepCallback):
    """Write a row of figures at the end of each epoch, and within long ones.

    The columns are `step` and `epoch`, both counted from 1, `seconds` of training
    without the pauses of a run that was resumed, `learning_rate`, the figures of
    training, which are means over the steps since the row above or, after it was
    resumed in the middle of an epoch, since then, and those of validation, `val_`
    before their names, which only the end of an epoch has.

    Each row is written at once, so that a killed process leaves a table that can be
    read. A resumed run drops the rows after the step that it goes on from, and a row
    that was half written.

    Args:
        path: The csv file; its folder is made.
        every: Steps from one row to the next within an epoch.
        initial_step, initial_epoch_step: As in `StepCallback`. From step 0 on, a table
            that is there is replaced.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        every: int = 100,
        initial_step: int = 0,
        initial_epoch_step: int = 0,
    ):
        super().__init__(initial_step, initial_epoch_step)
        self.path = Path(path)
        self.every = every

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = csv_table.prune_rows(self.path, self.initial_step)
        self.columns = list(rows[0]) if rows else None
        self.started = time.monotonic() - (rows[-1]["seconds"] if rows else 0.0)

    def on_epoch_begin(self, epoch, logs=None):
        super().on_epoch_begin(epoch, logs)
        self.epoch = epoch + 1
        self.latest = None  # figures of this epoch

    def on_train_batch_begin(self, batch, logs=None):
        # Only now is it sure that the step before was not the last of its epoch, whose
        # row has validation figures too.
        if self.latest and self.epoch_step - self.means.steps >= self.every:
            self._write(self.means.since_last(self.epoch_step, self.latest))

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        self.latest = _figures(logs)

    def on_epoch_end(self, epoch, logs=None):
        figures = _figures(logs)
        scored = {name: figures.pop(name) for name in logs if name.startswith("val_")}
        if self.epoch_step > self.means.steps:  # not after one step of a broken epoch
            figures = self.means.since_last(self.epoch_step, figures)
        self._write({**figures, **scored})

    def _write(self, figures):
        if self.columns is None:
            names = [name for name in figures if not name.startswith("val_")]
            self.columns = [*OWN_COLUMNS, *names, *(f"val_{name}" for name in names)]
        row = {
            "step": self.step,
            "epoch": self.epoch,
            "seconds": round(time.monotonic() - self.started, 2),
            "learning_rate": self.learning_rate(),
            **figures,
        }
        csv_table.append_row(self.path, self.columns, row)


def _figures(logs):
    """What Keras reports, without what the log finds out itself."""
    return {name: value for name, value in logs.items() if name not in OWN_COLUMNS}
