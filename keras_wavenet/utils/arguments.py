"""Arguments that are described where they are stated: fields of a frozen dataclass.

From a description come the check of an argument, its flag on the command line and its
row in the words of a model. Nothing here imports Keras.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

from keras_wavenet.utils.nearest import nearest


@dataclasses.dataclass(frozen=True)
class Argument:
    """The description of an argument.

    Attributes:
        summary: One line, the help of its flag.
        kind: `int`, `float`, `bool`, `str`, `list` (of integers), `dict` or `object`
            (which may also be given by its name or config), or `"names"`: a number, or
            a list of different strings.
        least: Least integer, or that of a list.
        most: Largest integer that a file may ask for; of names, the number of them.
        longest: Length of the longest list that a file may ask for.
        choices: All values of a `str`; the built-in names of an `object`.
        config: The class that describes the keys of a `dict`.
        group: `"architecture"`, `"conditions"`, `"input"` or `"variants"`, which are
            options for models of other projects.
        flag: Name of the flag that sets it, without dashes; `None` if none does.
        source: Section of the WaveNet paper (arXiv 1609.03499).
    """

    summary: str
    kind: type | str
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    choices: tuple | None = None
    config: type | None = None
    group: str = "architecture"
    flag: str | None = None
    source: str | None = None


def argument(default: Any, summary: str, kind: type | str, **details) -> Any:
    """A field of a described class; one whose default is None may be None.

    Args:
        default: Its default; `dataclasses.MISSING` for none.
        summary, kind, **details: As in `Argument`.
    """
    metadata = {"argument": Argument(summary, kind, **details)}
    return dataclasses.field(default=default, metadata=metadata)


def describe(config: type) -> dict[str, Argument]:
    """The description of each argument of a described class, by name."""
    fields = dataclasses.fields(config)
    return {field.name: field.metadata["argument"] for field in fields}


def optional(config: type) -> list[str]:
    """Names of the arguments of a described class that may be None."""
    return [f.name for f in dataclasses.fields(config) if f.default is None]


def required(config: type) -> list[str]:
    """Names of the arguments of a described class that have no default."""
    fields = dataclasses.fields(config)
    return [f.name for f in fields if f.default is dataclasses.MISSING]


def defaults(config: type) -> dict[str, Any]:
    """The default of each argument of a described class that has one."""
    fields = dataclasses.fields(config)
    return {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}


def refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names of arguments that do not exist.

    Raises:
        ValueError: With the nearest name that exists.
    """
    known = list(known)
    for name in given:
        if name in known:
            continue
        near = nearest(name, known)
        hint = f"Did you mean `{near}`?" if near else f"It has {', '.join(known)}."
        raise ValueError(f"{what} has no argument `{name}`. {hint}")
