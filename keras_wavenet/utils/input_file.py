"""Files that were given as input: only regular ones are opened, and read within bounds.

To open a pipe waits for a writer that may never come, and a device has no end.
"""

import contextlib
import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

DEEPEST = 64  # lists and objects of JSON within each other
# What libraries raise where the content of a file or of an example is damaged.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class IrregularFileError(OSError):
    """A path that leads to something else than a file.

    Args:
        path: The path.
        kind: What is there.
    """

    def __init__(self, path: Path, kind: str):
        super().__init__(errno.EINVAL, kind, os.fspath(path))

    def __str__(self):
        return f"{self.filename} is {self.strerror}"


def is_file(path: Path) -> bool:
    """Whether a file is there; a pipe is refused, which `Path.is_file` passes over.

    Raises:
        OSError: If there is a pipe, a device or a socket.
    """
    try:
        if not path.exists() or path.is_dir():
            return False
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False  # no file has such a name
    _check_regular(path)
    return True


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading in binary.

    Raises:
        OSError: If it can't be opened, or is a pipe, a device or a socket.
    """
    _check_regular(path)
    return path.open("rb")


def read_json(path: Path, most_bytes: int) -> Any:
    """What the JSON in a file stands for.

    Args:
        path: The file.
        most_bytes: Its largest size.

    Raises:
        OSError: If it can't be read, or is no regular file.
        ValueError: As in `parse_json`, or if the file is larger.
    """
    with open_file(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        size = path.stat().st_size
        raise ValueError(f"it must be at most {most_bytes} bytes, and has {size} bytes")
    return parse_json(content)


def parse_json(content: str | bytes) -> Any:
    """What JSON stands for.

    Raises:
        ValueError: If it is no JSON, or nested deeper than `DEEPEST`: what works on it
            later may call itself for each level.
    """
    try:
        found = json.loads(content)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    brackets = (b"[", b"{") if isinstance(content, bytes) else ("[", "{")
    if sum(map(content.count, brackets)) > DEEPEST:
        _check_depth(found)
    return found


def open_array(path: Path) -> np.ndarray:
    """The array in a file that `np.save` wrote, in the file as yet.

    Unlike `np.load`, it reads neither pickles nor archives.

    Raises:
        OSError: If the file can't be opened, or is no regular file.
        ValueError: If it holds something else than an array of numbers.
    """
    _check_regular(path)
    with path.open("rb"):  # permissions, before what NumPy makes of them
        pass
    try:
        array = _map_array(path)
    except Exception as error:  # the parser of headers raises many types
        # NumPy's own words advise to allow pickles, which run code of the file.
        raise ValueError(
            "it holds no array of numbers, or less than its header claims"
        ) from error
    if array.dtype.kind not in "biufc":
        raise ValueError(f"it holds {array.dtype.name}, which is no kind of number")
    return array


def _map_array(path: Path, attempts: int = 10) -> np.ndarray:
    # NumPy parses a header as Python, whose parser, up to 3.11, counts the depth of all
    # threads together: it fails by chance where two of them parse.
    for _ in range(attempts - 1):
        with contextlib.suppress(SystemError):
            return np.lib.format.open_memmap(path, mode="r")
    return np.lib.format.open_memmap(path, mode="r")


_TOO_DEEP = f"it is nested deeper than {DEEPEST} levels"


def _check_regular(path: Path):
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IrregularFileError(path, "a folder, not a file")
    if not stat.S_ISREG(mode):
        raise IrregularFileError(path, "a pipe, a device or a socket, not a file")


def _check_depth(value: Any):
    level = [value]
    for _ in range(DEEPEST):
        held = (one.values() if isinstance(one, dict) else one for one in level)
        level = [v for values in held for v in values if isinstance(v, dict | list)]
        if not level:
            return
    raise ValueError(_TOO_DEEP)
