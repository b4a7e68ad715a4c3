"""`metadata.csv`: what is known of the clips of a folder, in a table.

Three kinds are read. Ours, and that of most tools, has a header and commas; LJSpeech's
has neither: `id|text|normalized text`; Hugging Face's `metadata.jsonl` has an object a
line. A line ends where files end lines, and not at U+2028 or NEL in a text.
"""

import csv
import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from keras_wavenet.data.folders.listing import spell_name
from keras_wavenet.utils.input_file import parse_json

Labels = dict[str, str]  # some of "speaker", "label", "transcript" and "split"

_PATH_COLUMNS = ("path", "file_name", "file", "filename")
# What tools write into a cell in place of nothing.
_BLANK = frozenset(("nan", "NaN", "None", "null", "NULL", "<NA>", "N/A"))
# The field of a `ClipInfo`, and the names of a column that holds it, the best first.
_COLUMNS = {
    "speaker": ("speaker", "speaker_id", "client_id"),
    "label": ("label",),
    "transcript": ("transcript", "transcription", "text", "sentence"),
    "split": ("split",),
}
_ALONE = (*_COLUMNS["speaker"], *_COLUMNS["split"])  # never a list


def read_metadata(path: Path) -> dict[str, Labels]:
    """Read a table with a header and commas.

    Args:
        path: A UTF-8 file. One column, `path`, `file_name`, `file` or `filename`, names
            the clips by their path below the folder of the table; `speaker` (or
            `speaker_id`, `client_id`), `label`, `transcript` (or `transcription`,
            `text`, `sentence`) and `split` are taken where they are there.

    Returns:
        For each clip, by its name, those of its labels that are not empty.

    Raises:
        ValueError: If the file is not such a table; names the line.
    """
    rows = _read_rows(path)
    line, header = next(rows, (1, []))
    header = [cell.strip().lower() for cell in header]
    path_column = _first(_PATH_COLUMNS, header)
    if path_column is None:
        raise ValueError(
            f"Expected a header with the column path, file_name or file in {path}, "
            f"line {line}, separated by commas. Received: {','.join(header)!r}. "
            "Add the header, or give the file another name."
        )
    places = {  # of each field's column, the first where two have one name
        field: header.index(name)
        for field, names in _COLUMNS.items()
        if (name := _first(names, header)) is not None
    }
    table = _Table(path)
    for line, row in rows:
        if len(row) > len(header):
            raise ValueError(
                f"Expected {len(header)} cells, as in the header, in {path}, line "
                f"{line}. Received: {len(row)}. Put quotes around text with commas."
            )
        row += [""] * (len(header) - len(row))
        labels = {field: row[place].strip() for field, place in places.items()}
        table.add(line, row[header.index(path_column)], labels)
    return table.rows


def read_metadata_lines(path: Path) -> dict[str, Labels]:
    """Read a table of JSON objects, one a line; otherwise as `read_metadata`."""
    table = _Table(path)
    for line, text in _read_lines(path):
        try:
            cells = parse_json(text)
            if not isinstance(cells, dict):
                raise ValueError(f"a {type(cells).__name__}")
            cells = {name.lower(): _cell(name, cells[name]) for name in cells}
        except ValueError as error:
            raise ValueError(
                f'Expected an object as {{"file_name": "a.wav", "speaker": "anna"}} in '
                f"{path}, line {line}. Received: {error}"
            ) from error
        path_column = _first(_PATH_COLUMNS, cells)
        table.add(line, cells.get(path_column, ""), _labels(cells))
    return table.rows


def _first(names, columns) -> str | None:
    return next((name for name in names if name in columns), None)


def _labels(cells: Mapping[str, str]) -> Labels:
    found = {field: _first(names, cells) for field, names in _COLUMNS.items()}
    return {field: cells[name].strip() for field, name in found.items() if name}


def _cell(name: str, value: Any) -> str:
    """A value of JSON as the text that a cell would have; lists and the like have none.

    Raises:
        ValueError: If an integer is too long to be written out, or if there are several
            speakers or splits.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict) and name.lower() in _ALONE:
        raise ValueError(f"several values of {name!r}, not one text")
    return str(value) if isinstance(value, int | float) else ""


def read_ljspeech_metadata(path: Path) -> dict[str, Labels]:
    """Read a table as LJSpeech has it.

    Returns:
        For each clip, by its name less the suffix, its transcript, the normalized one
        where there are two.

    Raises:
        ValueError: If a line has no `|` or names no clip; names the line.
    """
    table = _Table(path)
    for line, text in _read_lines(path):
        name, *texts = text.split("|")
        if not texts:
            raise ValueError(
                f"Expected `id|text` in {path}, line {line}. Received: {text[:80]!r}"
            )
        spoken = [words.strip() for words in texts[:2] if words.strip()]
        labels = {"transcript": spoken[-1]} if spoken else {}
        table.add(line, f"wavs/{name.strip()}" if name.strip() else "", labels)
    return table.rows


def is_ljspeech_metadata(path: Path) -> bool:
    """Whether a table is one without a header and with `|`, by its first line."""
    first = _read_text(path).lstrip().split("\n", 1)[0]
    return "|" in first.split(",", 1)[0]


class _Table:
    """Rows by the name of their clip, each of which is checked as it is added."""

    def __init__(self, path: Path):
        self.path = path
        self.rows: dict[str, Labels] = {}
        self._lines: dict[str, int] = {}

    def add(self, line: int, text: str, labels: Labels) -> None:
        name = text.strip().replace("\\", "/")
        inside = posixpath.normpath(name)
        if not name or inside == ".":
            self._refuse(line, "the path of a clip", "an empty one")
        if inside.startswith(("/", "../")) or inside == ".." or re.match(r"\w:", name):
            self._refuse(line, "a path below the folder of the table", repr(text))
        name = spell_name(inside)
        if name in self._lines:
            earlier = self._lines[name]
            self._refuse(line, "each clip once", f"{name}, as in line {earlier}")
        self._lines[name] = line
        self.rows[name] = {
            field: value
            for field, value in labels.items()
            if value and (field == "transcript" or value not in _BLANK)
        }

    def _refuse(self, line: int, expected: str, received: str):
        raise ValueError(
            f"Expected {expected} in {self.path}, line {line}. Received: {received}"
        )


def _read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its first line."""
    # Strict: or else a quote that is not closed would swallow the rest of the table.
    reader = csv.reader(io.StringIO(_read_text(path), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"Expected cells separated by commas in {path}, line {line}. "
                f"Received: {error}. Put quotes around text with commas or line "
                "breaks, and double the quotes inside."
            ) from error
        if any(cell.strip() for cell in row):
            yield line, row


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with its number."""
    lines = enumerate(io.StringIO(_read_text(path), newline=None), 1)
    return ((line, text.rstrip("\n")) for line, text in lines if text.strip())


def _read_text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")  # spreadsheets put a byte order mark first
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(
            f"Expected UTF-8 text in {path}, line {line}. Received: the byte "
            f"0x{content[error.start]:02x}. Save the table as UTF-8."
        ) from error
