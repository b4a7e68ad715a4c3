"""Printing: whatever the text holds and whatever encoding the terminal has."""

import sys
from typing import Any, TextIO

from keras_wavenet.utils.text import escaped


def say(text: Any = "", *, file: TextIO | None = None, flush: bool = False) -> None:
    """Print a text: all printing of the package but progress bars.

    Control characters, which come with names in files, are escaped, and so is what the
    encoding of the stream lacks: a name in Japanese ends no run on a Western terminal.

    Args:
        text: What to print, by its `str`; line breaks remain.
        file: A text stream; stdout if None.
        flush: As in `print`.
    """
    file = sys.stdout if file is None else file
    print(writable(str(text), file), file=file, flush=flush)


def writable(text: str, file: TextIO | None) -> str:
    """The text as `say` prints it to a stream."""
    encoding = getattr(file, "encoding", None) or "utf-8"
    return escaped(text).encode(encoding, "backslashreplace").decode(encoding)
