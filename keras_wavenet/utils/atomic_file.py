"""Atomic writing of files: a file is replaced as a whole, synchronized to the disk."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".tmp"


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """Write a temporary file, and rename it to `path` when it is complete.

    At every moment, a loss of power included, the path holds either its old content or
    all of the new one. After a failure it holds the old content, and the temporary file
    is deleted; a process that is killed leaves the temporary file, which `leftovers`
    finds.

    Args:
        path: Path of the file; an existing file is replaced. Its folder must exist.

    Yields:
        The temporary file, open for reading and writing in binary.

    Raises:
        OSError: If it can't be written, for example because the disk is full.
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
        Path(temporary).chmod(0o644)  # mkstemp makes it private
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def leftovers(folder: Path, name: str) -> list[Path]:
    """Return the temporary files of processes that were killed while writing.

    Args:
        folder: The folder of the files.
        name: Name of the files they wrote, or a pattern such as `"*.ckpt"`.
    """
    return sorted(folder.glob(f".{name}.*{SUFFIX}"))


def _sync_folder(folder: Path):
    """Synchronize a folder's names; some systems can't open folders and need not."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
