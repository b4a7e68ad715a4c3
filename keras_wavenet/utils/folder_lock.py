"""One process at a time in a folder."""

import contextlib
import os
import warnings
from pathlib import Path

NAME = ".lock"


@contextlib.contextmanager
def locked(folder: Path):
    """Keep other processes out of a folder while this one works there.

    The lock is the kernel's: it goes with the process, however that ends, and no stale
    file ever shuts anybody out.

    Args:
        folder: It exists.

    Raises:
        RuntimeError: If another process holds it.
    """
    # Not "w": whoever is refused must not empty what the other one wrote.
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

        file.seek(2**20)  # a byte that nobody writes: a locked one can't be read
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        return
    try:
        # Of the process, not of the open file: children don't hold it any longer.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError as error:  # which some systems raise instead
        raise BlockingIOError from error
