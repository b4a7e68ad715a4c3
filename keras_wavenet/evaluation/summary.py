"""Rows of an evaluation in a few figures: medians and quartiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from keras_wavenet.evaluation.copy_synthesis import Row
from keras_wavenet.evaluation.measures import METRICS

ALL = "all"  # the group of all clips


@dataclass(frozen=True)
class Quartiles:
    """How the values of a metric are spread over clips.

    Attributes:
        lower: A quarter of the clips have at most this.
        median: Half of them.
        upper: Three quarters.
        clips: How many clips have a value.
    """

    lower: float
    median: float
    upper: float
    clips: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Quartiles":
        """The quartiles of at least one value, between neighbours interpolated."""
        lower, median, upper = map(float, np.quantile(values, [0.25, 0.5, 0.75]))
        return cls(lower, median, upper, len(values))


def summarize(rows: Sequence[Row]) -> dict[str, dict[str, Quartiles]]:
    """The quartiles of every metric for every system.

    Args:
        rows: What `evaluate_vocoder` returns.

    Returns:
        From a system, in the order of the rows, to the quartiles of each metric that
        any clip has a value of, by name.
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
    """Rows by speaker or label, and all of them.

    Args:
        rows: What `evaluate_vocoder` returns.
        by: `"speaker"`, `"label"`, or None.

    Returns:
        From the names in the order of the alphabet, `"-"` for clips without one, to
        their rows; last, and alone if `by` is None, `"all"`.
    """
    groups: dict[str, list[Row]] = {}
    if by is not None:
        of: Callable = lambda row: getattr(row, by) or "-"  # noqa: E731
        for row in sorted(rows, key=of):
            groups.setdefault(of(row), []).append(row)
    return {**groups, ALL: list(rows)}


def samples_per_second(rows: Sequence[Row], sample_rate: int) -> dict[str, float]:
    """How fast each system makes audio: the median over clips.

    The median leaves out what the first clip waits for the compiler.

    Args:
        rows: What `evaluate_vocoder` returns.
        sample_rate: Hz.
    """
    speeds: dict[str, list[float]] = {}
    for row in rows:
        speed = row.seconds * sample_rate / max(row.generation_seconds, 1e-9)
        speeds.setdefault(row.system, []).append(speed)
    return {system: float(np.median(found)) for system, found in speeds.items()}
