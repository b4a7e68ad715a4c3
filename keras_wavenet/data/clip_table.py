"""What is known of many clips, in columns, which take little memory and time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from keras_wavenet.data.clip_info import ClipInfo
from keras_wavenet.data.loudness import Loudness

_TEXTS = ("speaker", "label", "transcript", "split")
_LOUDNESS = ("samples", "peak", "energy", "clipped", "quiet")
_BLOCK = 4096  # rows that an iteration converts at a time


class ClipTable(Sequence[ClipInfo]):
    """A sequence of `ClipInfo`, each made when it is asked for.

    Args:
        columns: The attributes by name, as in `ClipSource.column`, each of shape
            `(clips,)`: numbers as NumPy arrays, texts as Arrow arrays of bytes in
            UTF-8, where null is None. A text that is left out is None for all clips.
    """

    def __init__(self, columns: Mapping[str, Any]):
        self._columns = dict(columns)

    def __len__(self) -> int:
        return len(self._columns["length"])

    def __getitem__(self, index):
        row = range(len(self))[index]  # checks it, and counts from the end
        if isinstance(index, slice):
            return self.take(np.array(row, "int64"))
        return next(self._rows(row, row + 1))

    def __iter__(self) -> Iterator[ClipInfo]:
        for first in range(0, len(self), _BLOCK):
            yield from self._rows(first, first + _BLOCK)

    def column(self, name: str) -> list[str | None] | np.ndarray:
        """One attribute of each clip; see `ClipSource.column`."""
        values = self._columns.get(name)
        if isinstance(values, np.ndarray):
            return values
        return self._texts(name, 0, len(self))

    def take(self, rows: np.ndarray) -> "ClipTable":
        """The clips of some rows, an int64 array, in their order."""
        return ClipTable(
            {name: values.take(rows) for name, values in self._columns.items()}
        )

    def with_lengths(self, lengths: np.ndarray) -> "ClipTable":
        """The same clips with other lengths, an int64 array of shape `(clips,)`."""
        return ClipTable({**self._columns, "length": lengths})

    def _rows(self, start: int, stop: int) -> Iterator[ClipInfo]:
        def numbers(name):
            return self._columns[name][start:stop].tolist()

        loudness = map(Loudness, *(numbers(f"loudness.{name}") for name in _LOUDNESS))
        return map(
            ClipInfo,
            self._texts("clip_id", start, stop),
            numbers("length"),
            numbers("recorded_rate"),
            loudness,
            *(self._texts(name, start, stop) for name in _TEXTS),
        )

    def _texts(self, name: str, start: int, stop: int) -> list[str | None]:
        stop = min(stop, len(self))
        if name not in self._columns:
            return [None] * (stop - start)
        texts = self._columns[name].slice(start, stop - start).to_pylist()
        return [text if text is None else _decode(text) for text in texts]


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")  # file names that are not Unicode
