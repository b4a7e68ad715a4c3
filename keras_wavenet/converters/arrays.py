"""The arrays of a checkpoint by name, and the account of what went where."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keras_wavenet.utils.text import listed, shown

_LETTERS = 80  # of a name in the table


@dataclass(frozen=True)
class Row:
    """One line of the table of a conversion.

    Attributes:
        name: Of the array, in the checkpoint.
        shape: Of the array.
        target: The weight it went to, or why it is left out.
    """

    name: str
    shape: tuple[int, ...]
    target: str


class Arrays:
    """The arrays of a checkpoint, each of which is taken once.

    Args:
        arrays: float arrays by name.
        prefix: What stands before all names of the network; names are given without it.

    Attributes:
        rows: What was taken so far, in its order.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], prefix: str = "") -> None:
        self._prefix = prefix
        self._left = dict(arrays)
        self._shapes = {name: array.shape for name, array in arrays.items()}
        self.rows: list[Row] = []

    @property
    def names(self) -> list[str]:
        """All names, with their prefixes, taken or not."""
        return list(self._shapes)

    def behind(self, prefix: str) -> "Arrays":
        """The same arrays, whose names are given without another prefix."""
        arrays = copy.copy(self)
        arrays._prefix = prefix
        return arrays

    def __contains__(self, name: str) -> bool:
        return self._prefix + name in self._shapes

    def count(self, pattern: str) -> int:
        """How many numbers a name is there with: `"layer{}/skip"` with 0, 1, ..."""
        number = 0
        while pattern.format(number) in self:
            number += 1
        return number

    def shape(self, name: str, rank: int | None = None) -> tuple[int, ...]:
        """The shape of an array, taken or not.

        Args:
            name: In the checkpoint.
            rank: Number of axes that it must have; `None` for any.

        Raises:
            ValueError: If there is none of that name, or it has other axes.
        """
        if name not in self:
            raise ValueError(
                f"The checkpoint must hold `{self._prefix}{name}`, and it is missing. "
                f"Received: {len(self._shapes)} arrays, of them "
                f"{listed(sorted(self._shapes), most=4)}"
            )
        found = self._shapes[self._prefix + name]
        if rank not in (None, len(found)):
            raise ValueError(
                f"`{self._prefix}{name}` must have {rank} axes. Received: shape={found}"
            )
        return found

    def take(self, name: str, target: str, shape: tuple[int | None, ...]) -> np.ndarray:
        """Take an array out, float32.

        Args:
            name: In the checkpoint.
            target: The weight that it goes to, for the table.
            shape: What it must have; `None` for an axis of any size.

        Raises:
            ValueError: If it is missing, of another shape, or not finite.
        """
        found = self.shape(name)
        fits = len(found) == len(shape) and all(
            expected in (None, size)
            for size, expected in zip(found, shape, strict=True)
        )
        if not fits:
            axes = ", ".join("any" if size is None else str(size) for size in shape)
            raise ValueError(
                f"`{self._prefix}{name}` must have shape ({axes}). "
                f"Received: shape={found}"
            )
        array = np.array(self._left.pop(self._prefix + name), "float32")
        if not np.isfinite(array).all():
            raise ValueError(
                f"`{self._prefix}{name}` must be finite. Received: NaN or infinity in "
                "it: its training diverged"
            )
        self.rows.append(Row(self._prefix + name, found, target))
        return array

    def leave_out(self, pattern: str, why: str) -> None:
        """Take out what the network does not compute with.

        Args:
            pattern: A regular expression for whole names, with their prefix.
            why: For the table.
        """
        for name in [n for n in self._left if re.fullmatch(pattern, n)]:
            self.rows.append(Row(name, self._left.pop(name).shape, f"left out: {why}"))

    def check_all_taken(self) -> None:
        """Refuse a checkpoint that holds more than was taken.

        Raises:
            ValueError: If an array is left over.
        """
        if self._left:
            raise ValueError(
                "Every array of the checkpoint must have a place in the model: it is "
                "of a variant that has no converter. Received: "
                f"{len(self._left)} left over: {listed(sorted(self._left), most=4)}"
            )


def table(rows: list[Row]) -> str:
    """The rows as text, one line for those that differ in the number of a layer."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        key = (_without_number(row.name), row.shape, _without_number(row.target))
        groups.setdefault(key, []).append(row)
    lines = []
    for (name, shape, target), members in groups.items():
        if len(members) == 1:
            name, target = members[0].name, members[0].target
        sizes = ", ".join(map(str, shape))
        times = f" x {len(members)}" if len(members) > 1 else ""
        lines.append((shown(_end(name), _LETTERS), f"({sizes}){times}", target))
    widths = [max(len(line[i]) for line in lines) for i in (0, 1)]
    return "\n".join(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in lines)


def _end(name):
    """The last characters of a long name: they tell what the array is."""
    return name if len(name) <= _LETTERS else f"...{name[3 - _LETTERS :]}"


def _without_number(name):
    """A name with `{i}` in place of the number of its layer."""
    name = re.sub(r"(?<=GLU_)\d+", "{i}", name)
    pattern = r"((?<=layer)|(?<=block_)|(?<=\.))\d+(?!\w)|(?<=_)\d+(?=/)"
    return re.sub(pattern, "{i}", name, count=1)
