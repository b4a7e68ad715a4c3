"""The metrics of a run in a csv file, keyed by the step."""

import contextlib
import csv
import io
import math
import os
import shutil
import time
import warnings
from collections.abc import Mapping
from pathlib import Path

from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.paths import user_path

OWN_COLUMNS = ("step", "epoch", "seconds", "learning_rate")

Row = dict[str, float | None]


class CSVLog(StepCallback):
    """Write a row of metrics at the end of each epoch, and within long ones.

    The columns are `step` and `epoch`, both counted from 1, `seconds` of training
    without the pauses of a run that was resumed, `learning_rate`, the metrics of
    training and those of validation, with the prefix `val_`. The metrics of training
    are means over the steps since the previous row or, in the first row after a resume
    within an epoch, since the resume. The metrics of validation are in the row at the
    end of an epoch only.

    Each row is written at once, so that a killed process leaves a table that can be
    read. A row that can't be written, as when the disk is full, gives a warning and is
    tried again with the next one; training continues. A resumed run deletes the rows
    after the step from which it resumes, and a row that was half written.
    `keras.callbacks.CSVLogger` is keyed by the epoch, and appends: a resumed run would
    repeat rows, and a long epoch would have none.

    Args:
        path: The csv file; its folder is made.
        every: Steps from one row to the next within an epoch.
        initial_step, initial_epoch_step: As in `StepCallback`. From step 0 on, an
            existing table is replaced.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        every: int = 100,
        initial_step: int = 0,
        initial_epoch_step: int = 0,
    ):
        super().__init__(initial_step, initial_epoch_step)
        self.path = user_path(path)
        self.every = every

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        rows = []
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            rows = prune_rows(self.path, self.initial_step)
        except OSError as error:
            warnings.warn(f"{self.path} can't be continued: {error}", stacklevel=2)
        self.columns = list(rows[0]) if rows else None
        seconds = rows[-1].get("seconds") if rows else None
        self.started = time.monotonic() - (seconds or 0.0)
        self._unwritten = []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_begin(epoch, logs)
        self.epoch = epoch + 1
        self.latest = None  # metrics of this epoch

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        # Only now is it sure that the step before was not the last of its epoch, whose
        # row has validation metrics too.
        if self.latest and self.epoch_step - self.means.steps >= self.every:
            self._write(self.means.since_last(self.epoch_step, self.latest))

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        self.latest = _metrics(logs)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        metrics = _metrics(logs)
        scored = {name: metrics.pop(name) for name in logs if name.startswith("val_")}
        if self.epoch_step > self.means.steps:  # not after one step of a broken epoch
            metrics = self.means.since_last(self.epoch_step, metrics)
        self._write({**metrics, **scored})

    def _write(self, metrics):
        if self.columns is None:
            names = [name for name in metrics if not name.startswith("val_")]
            self.columns = [*OWN_COLUMNS, *names, *(f"val_{name}" for name in names)]
        row = {
            "step": self.step,
            "epoch": self.epoch,
            "seconds": round(time.monotonic() - self.started, 2),
            "learning_rate": self.learning_rate(),
            **metrics,
        }
        self._unwritten.append(row)
        try:
            while self._unwritten:
                append_row(self.path, self.columns, self._unwritten[0])
                del self._unwritten[0]
        except OSError as error:  # training is worth more
            warnings.warn(
                f"{self.path} lacks the row of step {self.step}, which is tried again "
                f"with the next one: {error}",
                stacklevel=2,
            )


def _metrics(logs):
    """What Keras reports, without the columns that `CSVLog` fills itself."""
    return {name: value for name, value in logs.items() if name not in OWN_COLUMNS}


def read_rows(path: Path) -> list[Row]:
    """The rows of a table, also of one that a spreadsheet saved.

    Args:
        path: The csv file; no file is an empty table.

    Returns:
        A dict for each row that has a step, from the names of the columns to numbers,
        or None where a cell is empty or holds something else. A last row that was half
        written is left out.
    """
    return _read_table(path)[0]


def _read_table(path: Path) -> tuple[list[Row], bool]:
    """The rows, and whether the file holds something else that a run did not write."""
    if not path.is_file():
        return [], False
    text = path.read_bytes().decode("utf-8-sig", "replace")
    complete = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    title = complete.partition("\n")[0].strip()
    separators = (s for s in ",;\t" if "step" in title.replace('"', "").split(s))
    separator = next(separators, ",")  # of spreadsheets it depends on the country
    try:
        lines = list(csv.reader(io.StringIO(complete, newline=""), delimiter=separator))
    except csv.Error:
        return [], True
    header, *lines = lines or [["step"]]
    rows, is_edited = [], separator != "," or "step" not in header
    for line in lines:
        cells = [_parse_cell(cell, separator) for cell in line[: len(header)]]
        cells += [None] * (len(header) - len(cells))
        row = dict(zip(header, cells, strict=True))
        is_row = math.isfinite(row.get("step") or math.nan)
        if is_row:
            rows.append(row)
        if not is_row or len(line) != len(header) or _holds_words(line, cells):
            is_edited = True
    return rows, is_edited


def _parse_cell(cell: str, separator: str) -> float | None:
    """The number in a cell, None if there is none."""
    if separator != ",":
        cell = cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return None


def _holds_words(line: list[str], cells: list[float | None]) -> bool:
    return any(
        text.strip() and number is None
        for text, number in zip(line, cells, strict=False)
    )


def append_row(path: Path, columns: list[str], row: Mapping[str, float]) -> None:
    """Write a row at the end of a table, and the names of its columns before the first.

    Args:
        path: The csv file; its folder exists.
        columns: Names of all columns.
        row: Numbers by column; other names are left out, missing ones leave a cell
            empty.

    Raises:
        OSError: If it can't be written; the table is then what it was.
    """
    size = path.stat().st_size if path.is_file() else 0
    lines = "" if size else _format_row(columns)
    lines += _format_row([_format_cell(row.get(name)) for name in columns])
    try:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(lines)  # in one piece
    except OSError:
        with contextlib.suppress(OSError):
            os.truncate(path, size)  # without the half of a row
        raise


def prune_rows(path: Path, last_step: int) -> list[Row]:
    """Delete the rows after a step, and a row that was half written.

    What somebody else has written into the table is kept in a copy of the file, such
    as `log.edited-00001200.csv`, named by the step.

    Args:
        path: The csv file, with a column `step`; no file is an empty table.
        last_step: The last step whose row is kept; where none is, the file is deleted.

    Returns:
        The rows kept.
    """
    rows, is_edited = _read_table(path)
    if is_edited:
        copy = path.with_suffix(f".edited-{last_step:08d}.csv")
        shutil.copyfile(path, copy)
        warnings.warn(
            f"{path} holds what the run did not write: it was copied to {copy}, and "
            "the table goes on with the rows that have a step.",
            stacklevel=3,
        )
    rows = [row for row in rows if row["step"] <= last_step]
    if rows:
        lines = [list(rows[0])]
        lines += [[_format_cell(cell) for cell in row.values()] for row in rows]
        with atomic_file.replacing(path) as file:
            file.write("".join(map(_format_row, lines)).encode())
    else:
        path.unlink(missing_ok=True)
    return rows


def _format_row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _format_cell(number: float | None) -> str:
    """A number as it is written, to nine digits."""
    return "" if number is None else f"{number:.9g}"
