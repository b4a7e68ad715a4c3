"""Atomic writing of folders: all files change together, and others stay."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from keras_wavenet.utils.atomic_file import sync_file, sync_folder


@contextlib.contextmanager
def replacing_folder(folder: str | os.PathLike, own: Collection[str]) -> Iterator[Path]:
    """Write a draft of a folder, and put it in place when it is complete.

    At every moment, a loss of power included, the disk has the old folder or the new
    one whole. After a failure the old one is in place, and the draft is deleted. What
    a killed process leaves is beside the folder: a draft, `.NAME.*`, or, in the moment
    of the change, the old folder, `.NAME.old.*/NAME`.

    Args:
        folder: Path of the folder; it and those above it are made if need be. A link to
            a folder remains one.
        own: Names of the files that belong together: those that are there and not in
            the draft are deleted. Everything else in the folder is kept.

    Yields:
        The draft, an empty folder, which gets the files.

    Raises:
        OSError: If it can't be written, for example because the disk is full.
    """
    folder = Path(os.path.realpath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = _new_folder(folder, "")
    try:
        yield draft
        for path in draft.iterdir():
            sync_file(path)
        if folder.exists():
            _carry(folder, draft, own)
        sync_folder(draft)
        _put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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
    old = _new_folder(folder, "old.")
    folder.replace(old / folder.name)
    try:
        draft.replace(folder)
    except BaseException:
        (old / folder.name).replace(folder)
        old.rmdir()
        raise
    sync_folder(folder.parent)
    shutil.rmtree(old)
