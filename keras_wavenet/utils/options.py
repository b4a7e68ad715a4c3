"""Options that belong together: a frozen dataclass whose fields describe themselves.

From the description of an option come its check, its flag on the command line and
whether it identifies a training run. Nothing here imports Keras.
"""

import dataclasses
import math
import numbers
from typing import Any

from keras_wavenet.utils.arguments import refuse_unknown


@dataclasses.dataclass(frozen=True)
class Option:
    """The description of an option.

    Attributes:
        summary: What it is, the help of its flag.
        kind: `int`, `float`, `bool` or `str`.
        least: Least value.
        above: What a float must exceed, in place of a least value.
        below: What a float must stay below.
        choices: All values, of a `str`.
        metavar: What stands for the value in the help of its flag.
        identity: Whether a run with another value is another run.
    """

    summary: str
    kind: type
    least: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] | None = None
    metavar: str | None = None
    identity: bool = True

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        if self.choices is not None:
            return f"one of {', '.join(self.choices)}"
        if self.kind is int:
            return f"an integer of at least {self.least}"
        if self.kind is bool:
            return "true or false"
        if self.least is not None:
            lowest = f"a number of at least {self.least}"
            return lowest if self.below is None else f"{lowest} and below {self.below}"
        if self.below is not None:
            return f"a number between {self.above} and {self.below}"
        return f"a number above {self.above}"

    def accepts(self, value: Any) -> bool:
        """Whether it may have this value."""
        if self.choices is not None:
            return value in self.choices
        if self.kind is bool:
            return isinstance(value, bool)
        if self.kind is int:
            whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
            return whole and value >= self.least
        if not isinstance(value, numbers.Real) or not math.isfinite(value):
            return False
        lowest = value > self.above if self.least is None else value >= self.least
        return lowest and (self.below is None or value < self.below)


def option(default: Any, summary: str, kind: type, **details: Any) -> Any:
    """A field of `Options`; one whose default is None may be None.

    Args:
        default: Its default.
        summary, kind, **details: As in `Option`.
    """
    metadata = {"option": Option(summary, kind, **details)}
    return dataclasses.field(default=default, metadata=metadata)


class Options:
    """Base of the frozen dataclasses of options, which checks each value.

    Raises:
        ValueError: If a value is out of its range, or if there is no such option.
    """

    def __new__(cls, *values: Any, **named: Any):
        fields = {field.name: field.default for field in dataclasses.fields(cls)}
        for name in named.keys() - fields.keys():
            for field, part in fields.items():
                if isinstance(part, Options) and name in part.described():
                    kind = type(part).__name__
                    raise ValueError(
                        f"{cls.__name__} has no argument `{name}`. {kind} has it: "
                        f"{cls.__name__}({field}={kind}({name}=...))"
                    )
        refuse_unknown(cls.__name__, named, fields)
        return super().__new__(cls)

    def __post_init__(self):
        for field in dataclasses.fields(self):
            described = field.metadata.get("option")
            value = getattr(self, field.name)
            if described is None or (value is None and field.default is None):
                continue
            if not described.accepts(value):
                raise ValueError(
                    f"`{field.name}` must be {described.expected}. "
                    f"Received: {field.name}={value!r}"
                )

    @classmethod
    def described(cls) -> dict[str, Option]:
        """The description of each option, by name."""
        return {
            field.name: field.metadata["option"]
            for field in dataclasses.fields(cls)
            if "option" in field.metadata
        }

    def identity(self) -> dict[str, Any]:
        """The values that identify a run, by name."""
        return {
            name: getattr(self, name)
            for name, described in self.described().items()
            if described.identity
        }
