"""Atomic writing of files: a file is replaced as a whole, synchronized to the disk."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".tmp"
# Errors of writing, in which the system names no file.
_OF_WRITING = (errno.ENOSPC, errno.EFBIG, errno.EIO)


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """Write a temporary file, and rename it to `path` when it is complete.

    At every moment, a loss of power included, the path holds either its old content or
    all of the new one. After a failure it holds the old content, and the temporary file
    is deleted; a process that is killed leaves the temporary file, which `leftovers`
    finds. A link remains one, and an existing file keeps its permissions.

    Args:
        path: Path of the file; an existing file is replaced. Its folder must exist.

    Yields:
        The temporary file, open for reading and writing in binary.

    Raises:
        OSError: If it can't be written, for example because the disk is full, or if
            the path is that of something else, such as a device.
    """
    path = Path(os.path.realpath(path))
    mode = _mode_of_file(path)
    temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}{SUFFIX}"
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _OF_WRITING:
            error.filename = error.filename or str(path)
        raise
    sync_folder(path.parent)


def leftovers(folder: Path, name: str) -> list[Path]:
    """Return the temporary files of processes that were killed while writing.

    Args:
        folder: The folder of the files.
        name: Name of the files they wrote, or a pattern such as `"*.ckpt"`.
    """
    return sorted(folder.glob(f".{name}.*{SUFFIX}"))


def sync_file(path: Path) -> None:
    """Wait until the disk has the content of a file.

    Raises:
        OSError: If it can't be written, for example because the disk is full.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Synchronize a folder's names; some systems can't open folders and need not."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _mode_of_file(path: Path) -> int | None:
    """The permissions of a file that is replaced; None for a new one."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise FileExistsError(f"{path} can't be replaced by a file: it is none.")
    return stat.S_IMODE(status.st_mode)
