"""Summary of the rows of an evaluation: medians and quartiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from keras_wavenet.evaluation.copy_synthesis import Row
from keras_wavenet.evaluation.measures import METRICS

ALL = "all"  # the group of all clips


@dataclass(frozen=True)
class Quartiles:
    """The quartiles of a metric over clips.

    Attributes:
        lower: First quartile.
        median: Second quartile.
        upper: Third quartile.
        clips: Number of clips with a value.
    """

    lower: float
    median: float
    upper: float
    clips: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Quartiles":
        """Return the quartiles of at least one value, linearly interpolated."""
        lower, median, upper = map(float, np.quantile(values, [0.25, 0.5, 0.75]))
        return cls(lower, median, upper, len(values))


def summarize(rows: Sequence[Row]) -> dict[str, dict[str, Quartiles]]:
    """Return the quartiles of every metric for every system.

    Args:
        rows: The rows of `evaluate_vocoder`.

    Returns:
        For each system, in the order of the rows, a dict from the names of metrics with
        values to their quartiles.
    """
    values: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        of_system = values.setdefault(row.system, {})
        for name, value in row.values.items():
            of_system.setdefault(name, []).append(value)
    return {
        system: {name: Quartiles.of(found[name]) for name in METRICS if name in found}
        for system, found in values.items()
    }


def group_rows(rows: Sequence[Row], by: str | None = None) -> dict[str, list[Row]]:
    """Group rows by speaker or label.

    Args:
        rows: The rows of `evaluate_vocoder`.
        by: `"speaker"`, `"label"`, or None.

    Returns:
        A dict from names in alphabetical order, `"-"` for clips without one, to their
        rows; the last key, and the only one if `by` is None, is `"all"`.
    """
    groups: dict[str, list[Row]] = {}
    if by is not None:
        of: Callable = lambda row: getattr(row, by) or "-"  # noqa: E731
        for row in sorted(rows, key=of):
            groups.setdefault(of(row), []).append(row)
    return {**groups, ALL: list(rows)}


def samples_per_second(rows: Sequence[Row], sample_rate: int) -> dict[str, float]:
    """Return the speed of each system: the median over clips.

    The median leaves out the compilation in the first clip.

    Args:
        rows: The rows of `evaluate_vocoder`.
        sample_rate: Hz.
    """
    speeds: dict[str, list[float]] = {}
    for row in rows:
        speed = row.seconds * sample_rate / max(row.generation_seconds, 1e-9)
        speeds.setdefault(row.system, []).append(speed)
    return {system: float(np.median(found)) for system, found in speeds.items()}
