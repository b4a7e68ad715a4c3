"""Files that appear whole or not at all, and are on the disk when they appear."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".tmp"


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """Write a file under a temporary name, and give it its own when it is complete.

    At every moment, a loss of power included, the path holds either what it held before
    or all that was written. After a failure it holds what it held before, and the
    temporary file is gone; only a process that is killed leaves it behind, as
    `leftovers` tells.

    Args:
        path: Where to; a file there is replaced. Its folder must be there.

    Yields:
        The temporary file, open for reading and writing in binary.

    Raises:
        OSError: If it can't be written, as when the disk is full.
    """
    path = Path(path)
    handle, temporary = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix=SUFFIX, dir=path.parent
    )
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # mkstemp lets nobody else read it
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def leftovers(folder: Path, name: str) -> list[Path]:
    """Temporary files of processes that were killed while they wrote.

    Args:
        folder: Where to look.
        name: Of the files they wrote, as a pattern such as `"*.ckpt"`.
    """
    return sorted(folder.glob(f".{name}.*{SUFFIX}"))


def _sync_folder(folder: Path):
    """Make a new name last; where folders can't be opened the system sees to it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
