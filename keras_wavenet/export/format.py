"""The interface of an export format."""

import abc
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class Option(typing.NamedTuple):
    """An option of a format: a keyword of `write`, and a flag of the command.

    Attributes:
        type: Function from the text after the flag to the value, such as `int`; `bool`
            is a flag without a value.
        default: The value where the option is not given.
        help: One line for `--help`.
    """

    type: Callable[[str], Any]
    default: Any
    help: str


class Format(abc.ABC):
    """Files that run a network outside this package.

    Attributes:
        name: Name of the format, for `--format`.
        summary: One line for `--help`.
        backend: The only Keras backend that can write it, or `None`.
        needs: Optional modules that `write` imports.
        options: The options of `write` by name.
    """

    name: str
    summary: str
    backend: str | None = None
    needs: tuple[str, ...] = ()
    options: Mapping[str, Option] = {}

    def check(self, model: Any) -> None:  # noqa: B027, a format may hold every model
        """Check that the format can hold a model.

        Args:
            model: A `keras_wavenet.WaveNet`.

        Raises:
            ValueError: If it can't: the message says what of the model, and which
                format holds it.
        """

    @abc.abstractmethod
    def write(self, model: Any, folder: Path, **options: Any) -> str:
        """Write the files of a model.

        `metadata.json` and `README.md` are not among them: `export_model` writes these.

        Args:
            model: A `keras_wavenet.WaveNet`.
            folder: An empty folder.
            **options: All of `options`.

        Returns:
            The chapters of `README.md` about the files, in Markdown: names, shapes and
            dtypes of inputs and outputs, and how a program runs them. The chapters of
            `keras_wavenet.export.readme` are for all formats.
        """

    def add_texts(self, folder: Path, metadata: Mapping[str, Any]) -> None:  # noqa: B027
        """Add to the files what the metadata says, such as the license.

        Args:
            folder: The folder after `write`.
            metadata: Content of `metadata.json`.
        """
