"""A csv file of figures that grows by rows, and survives the death of its writer."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from keras_wavenet.utils import atomic_file

Row = dict[str, float | None]


def read_rows(path: Path) -> list[Row]:
    """The complete rows of a table; a last one that was half written is left out.

    Args:
        path: The csv file; no file is an empty table.

    Returns:
        A dict for each row, from the names of the columns to numbers, or None where a
        cell is empty.
    """
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    complete = text[: text.rfind("\n") + 1]
    header, *rows = list(csv.reader(io.StringIO(complete))) or [[]]
    return [
        {
            name: float(cell) if cell else None
            for name, cell in zip(header, row, strict=True)
        }
        for row in rows
    ]


def append_row(path: Path, columns: list[str], row: Mapping[str, float]) -> None:
    """Write a row at the end of a table, and the names of its columns before the first.

    Args:
        path: The csv file; its folder exists.
        columns: Names of all columns.
        row: Numbers by column; other names are left out, missing ones leave a cell
            empty.
    """
    lines = "" if path.is_file() else format_row(columns)
    lines += format_row([format_cell(row.get(name)) for name in columns])
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(lines)  # in one piece


def prune_rows(path: Path, last_step: int) -> list[Row]:
    """Drop the rows after a step, and what was half written.

    Args:
        path: The csv file, with a column `step`; no file is an empty table.
        last_step: The last step whose row is kept; where none is, the file goes.

    Returns:
        The rows kept.
    """
    rows = [row for row in read_rows(path) if row["step"] <= last_step]
    if rows:
        lines = [list(rows[0])]
        lines += [[format_cell(cell) for cell in row.values()] for row in rows]
        with atomic_file.replacing(path) as file:
            file.write("".join(map(format_row, lines)).encode())
    else:
        path.unlink(missing_ok=True)
    return rows


def format_row(cells: list[str]) -> str:
    """One line of the file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def format_cell(number: float | None) -> str:
    """A number as it is written, to nine digits."""
    return "" if number is None else f"{number:.9g}"
