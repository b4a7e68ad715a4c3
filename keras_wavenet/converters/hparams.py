"""What the shapes of a checkpoint do not tell: the settings of its project, as data."""

import os
from collections.abc import Collection, Mapping
from typing import Any

from keras_wavenet.models.config_checks import checked_integers
from keras_wavenet.utils import checks
from keras_wavenet.utils.input_file import read_json
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.text import shown

MOST_BYTES = 2**20


class Hparams:
    """The settings that a network was trained with, by their names in its project.

    Those of the training itself are ignored.

    Args:
        values: A dict of them, the path of a JSON file that holds one, or `None`.
        **given: Settings that take the place of those in `values`; `None` is not given.

    Attributes:
        notes: What was assumed where a setting is not given.

    Raises:
        ValueError: If the file holds no JSON object.
        OSError: If it can't be read.
    """

    def __init__(
        self, values: Mapping[str, Any] | str | os.PathLike | None = None, **given: Any
    ) -> None:
        if isinstance(values, str | os.PathLike):
            values = _read(user_path(values))
        given = {name: value for name, value in given.items() if value is not None}
        self._values = {**(values or {}), **given}
        self.notes: list[str] = []

    def get(self, name: str, default: Any) -> Any:
        """A setting of the type of its default; a note is made of what is not given.

        Raises:
            ValueError: If it is of another type.
        """
        value = self._values.get(name)
        if value is None:
            note = f"{name} = {default!r}, the default: it is not given"
            if note not in self.notes:
                self.notes.append(note)
            return default
        kinds = (int, float) if isinstance(default, float) else (type(default),)
        if type(value) not in kinds:
            raise ValueError(
                f"The setting `{name}` must be of type {type(default).__name__}. "
                f"Received: {name}={shown(repr(value))}"
            )
        return type(default)(value)

    def choose(self, name: str, choices: Collection[Any], default: Any) -> Any:
        """A setting that is one of some choices, as `get`."""
        value = self.get(name, default)
        checks.one_of(choices, **{name: value})
        return value

    def integers(self, name: str) -> list[int] | None:
        """A list of positive integers, or None where it is not given."""
        if self._values.get(name) is None:
            return None
        return list(checked_integers(name, self._values[name]))

    def check(self, **found: Any) -> None:
        """Refuse settings unlike what the checkpoint has.

        Raises:
            ValueError: If one differs.
        """
        for name, value in found.items():
            given = self._values.get(name)
            if given is not None and given != value:
                raise ValueError(
                    f"The setting `{name}` must be that of the checkpoint, {value!r}. "
                    f"Received: {name}={shown(repr(given))}"
                )

    def section(self, name: str) -> "Hparams":
        """The settings within a setting that is a dict; none where it is not given."""
        values = self._values.get(name) or {}
        if not isinstance(values, Mapping):
            raise ValueError(
                f"The setting `{name}` must be a dict. "
                f"Received: {name}={shown(repr(values))}"
            )
        found = Hparams(values)
        found.notes = self.notes
        return found

    def has(self, name: str) -> bool:
        """Whether a setting is given, be it as None."""
        return name in self._values

    def given(self, name: str) -> Any:
        """A setting as it is given, or None."""
        return self._values.get(name)

    def dilations(self, layers: int, cycle: int | None, usual_cycle: int) -> list[int]:
        """The dilation of each layer.

        Args:
            layers: Their number.
            cycle: Layers of a cycle, in which dilations double from 1; `None` where no
                setting says so.
            usual_cycle: That of the project's own configuration.

        Raises:
            ValueError: If the setting `dilations` has another length, or the cycles do
                not fill the layers.
        """
        dilations = self.integers("dilations")
        if dilations is not None:
            if len(dilations) != layers:
                raise ValueError(
                    f"`dilations` must have one number for each of the {layers} layers."
                    f" Received: {len(dilations)} numbers"
                )
            return dilations
        if cycle is None:
            cycle = usual_cycle
            self.notes.append(
                f"dilations = 1 to {2 ** (cycle - 1)}, {layers // cycle} times, the "
                "usual ones: they are not given"
            )
        if cycle < 1 or layers % cycle:
            raise ValueError(
                f"The {layers} layers must be whole cycles of {cycle}. Give the "
                "dilation of each layer: --dilations, or `dilations` in Python."
            )
        return [2 ** (i % cycle) for i in range(layers)]


def _read(path):
    try:
        values = read_json(path, MOST_BYTES)
    except ValueError as error:
        raise ValueError(f"{path} must hold JSON, and does not: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(
            f"{path} must hold a JSON object of settings. "
            f"Received: {type(values).__name__}"
        )
    return values
