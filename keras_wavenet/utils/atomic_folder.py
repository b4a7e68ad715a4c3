"""Atomic writing of folders: all files change together, and others stay."""

import contextlib
import glob
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from keras_wavenet.utils.atomic_file import sync_file, sync_folder

_OLD = "old."  # marks the folder that holds what is being replaced
_WAIT = 0.2  # s, many times what the change takes


@contextlib.contextmanager
def replacing_folder(folder: str | os.PathLike, own: Collection[str]) -> Iterator[Path]:
    """Write a draft of a folder, and put it in place when it is complete.

    At every moment, a loss of power included, the disk has the old folder or the new
    one whole. After a failure the old one is in place, and the draft is deleted. What
    a killed process leaves is beside the folder: a draft, `.NAME.*`, or, in the moment
    of the change, the old folder, `.NAME.old.*/NAME`, which `restore` puts back.

    Args:
        folder: Path of the folder; it and those above it are made if need be. A link to
            a folder remains one.
        own: Names of the files and folders that belong together: those that are there
            and not in the draft are deleted. Everything else in the folder is kept.

    Yields:
        The draft, an empty folder, which gets the files.

    Raises:
        OSError: If it can't be written, for example because the disk is full.
    """
    folder = Path(os.path.realpath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    restore(folder)
    draft = _new_folder(folder, "")
    try:
        yield draft
        for path in draft.rglob("*"):
            sync_folder(path) if path.is_dir() else sync_file(path)
        if folder.exists():
            _carry(folder, draft, own)
        sync_folder(draft)
        _put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def restore(folder: str | os.PathLike) -> bool:
    """Put a folder back that a killed process had moved aside to replace it.

    A process that is not killed puts the new folder in place at once: it is waited for.

    Args:
        folder: Path of the folder; nothing is done where there is one.

    Returns:
        Whether the folder was put back.

    Raises:
        OSError: If it can't be moved.
    """
    folder = Path(os.path.realpath(folder))
    if os.path.lexists(folder) or not _moved_aside(folder):
        return False
    time.sleep(_WAIT)
    if os.path.lexists(folder) or not (moved := _moved_aside(folder)):
        return False
    moved[-1].replace(folder)
    moved[-1].parent.rmdir()
    sync_folder(folder.parent)
    return True


def _moved_aside(folder):
    """The old folders that killed processes have left, the newest one last."""
    pattern = f".{glob.escape(folder.name)}.{_OLD}*/{glob.escape(folder.name)}"
    found = [path for path in folder.parent.glob(pattern) if path.is_dir()]
    return sorted(found, key=lambda path: path.parent.stat().st_mtime_ns)


def _new_folder(folder, mark) -> Path:
    made = folder.parent / f".{folder.name}.{mark}{secrets.token_hex(4)}"
    made.mkdir()
    return made


def _carry(folder, draft, own):
    """Give the draft all other files of the folder, which keeps them, too."""

    def left_out(place, names):
        return set(own) & set(names) if Path(place) == folder else ()

    shutil.copytree(
        folder,
        draft,
        symlinks=True,
        ignore=left_out,
        copy_function=_link_or_copy,
        dirs_exist_ok=True,
    )
    for place, folders, _ in os.walk(draft):
        for name in folders:
            sync_folder(Path(place, name))


def _link_or_copy(source, target):
    """A second name of the same file takes no room, and no time."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # no hard links on this file system
        shutil.copy2(source, target)
        sync_file(Path(target))


def _put_in_place(draft, folder):
    if not folder.exists():
        draft.replace(folder)
        sync_folder(folder.parent)
        return
    old = _new_folder(folder, _OLD)
    folder.replace(old / folder.name)
    try:
        draft.replace(folder)
    except BaseException:
        (old / folder.name).replace(folder)
        old.rmdir()
        raise
    sync_folder(folder.parent)
    old.rename(draft)  # unmarked, and deleted like a draft: it is not put back
