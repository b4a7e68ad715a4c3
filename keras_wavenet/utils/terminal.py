"""Printing: whatever the text holds and whatever encoding the terminal has."""

import contextlib
import sys
from collections.abc import Iterator
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


@contextlib.contextmanager
def unfailing_output() -> Iterator[None]:
    """Let no error of stdout and stderr end the work that is done meanwhile.

    They may lead to a file on a full disk, or to a terminal that was closed. The end of
    a pipe's reader is an error still.
    """
    # A program without a console has no streams.
    out, err = (stream and _Unfailing(stream) for stream in (sys.stdout, sys.stderr))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


class _Unfailing:
    """A stream that loses what can't be written."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with _losing():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with _losing():
            self._stream.flush()


@contextlib.contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError:
        pass
