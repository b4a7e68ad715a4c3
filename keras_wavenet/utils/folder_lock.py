"""A lock on a folder, held by one process at a time."""

import contextlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

NAME = ".lock"
# Process, device and number of the folders that are held. The kernel would give a lock
# to its process again, and take it away when either of the two files is closed.
_held: set[tuple[int, int, int]] = set()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, within this process too.

    The kernel releases the lock when the process ends, for any reason: a lock file that
    remains has no effect.

    Args:
        folder: An existing folder.

    Raises:
        RuntimeError: If another process holds the lock, or this one already does.
    """
    status = folder.stat()
    holder = os.getpid(), status.st_dev, status.st_ino
    if holder in _held:
        raise RuntimeError(
            f"This process is at work in {folder} already. End that first, or name "
            "another folder."
        )
    _held.add(holder)
    try:
        with _locked_file(folder):
            yield
    finally:
        _held.discard(holder)


@contextlib.contextmanager
def _locked_file(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder against other processes."""
    # Not "w", which would empty the file of the process that holds the lock.
    with (folder / NAME).open("a+") as file:
        try:
            _lock(file)
        except BlockingIOError:
            file.seek(0)
            raise RuntimeError(
                f"Another process is at work in {folder}: {file.read() or 'unknown'}. "
                "Wait for its end, or name another folder."
            ) from None
        except OSError as error:
            warnings.warn(
                f"{folder} can't be locked: {error.strerror}. Take care that no other "
                "process trains there.",
                stacklevel=2,
            )
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


def _lock(file):
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(2**20)  # beyond the text: a locked byte can't be read
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        return
    try:
        # `lockf` locks for the process, not the open file: children don't inherit it.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError as error:  # raised by some systems
        raise BlockingIOError from error
