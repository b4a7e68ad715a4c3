"""Files that a command writes: atomically, and over others only on request."""

import errno
import itertools
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.pcm import encode_wav


def check_free(path: Path, overwrite: bool) -> None:
    """Check that a path can be written, ahead of long work.

    Raises:
        FileExistsError: If the path exists and `overwrite` is false.
        IsADirectoryError: If it is a folder.
        FileNotFoundError: If its folder does not exist.
        PermissionError: If its folder can't be written to.
    """
    if path.is_dir():
        raise IsADirectoryError(f"--out must name a file, {path} is a folder.")
    if path.exists() and not overwrite:
        raise FileExistsError(
            f"{path} exists. Name another file with --out, or give --overwrite."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"--out must be in a folder, {path.parent} is none.")
    check_writable(path)


def check_writable(path: Path) -> None:
    """Check that the nearest existing folder of a path is writable, with a trial file.

    Raises:
        NotADirectoryError: If a file is in the place of a folder.
        PermissionError: If the folder is not writable.
    """
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    if not folder.is_dir():
        raise NotADirectoryError(f"--out must be in a folder, {folder} is a file.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PermissionError(
            f"--out must be in a writable folder, not in {folder}: "
            f"{error.strerror}. Name another place."
        ) from error


def check_space(folder: Path, size: int) -> None:
    """Check that a disk has room for what will be written, ahead of long work.

    Args:
        folder: Where to.
        size: Bytes.

    Raises:
        OSError: If it has less.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OSError(
            f"{os.strerror(errno.ENOSPC)}: the audio takes {size / 1e6:,.0f} MB, and "
            f"the disk of {folder.absolute()} has {free / 1e6:,.0f} MB free. Ask for "
            "less, or name another place with --out."
        )


def free_name(path: Path) -> Path:
    """The path, or the first of `name-2.wav`, `name-3.wav`, ... that is not taken."""
    candidates = (path.with_stem(f"{path.stem}-{n}") for n in itertools.count(2))
    return next(p for p in itertools.chain([path], candidates) if not p.exists())


def write_wav(path: Path, waveform: np.ndarray, sample_rate: int) -> None:
    """Write mono audio as 16-bit PCM; the file appears when it is complete.

    Args:
        path: Where to; a file there is replaced.
        waveform: Float array, shape `(T,)`, samples in [-1, 1].
        sample_rate: Hz.
    """
    content = encode_wav(waveform, sample_rate)
    with atomic_file.replacing(path) as file:
        file.write(content)


def check_free_folder(folder: Path, overwrite: bool) -> None:
    """Check that files can be written to a folder, ahead of long work.

    Raises:
        FileExistsError: If the folder has files and `overwrite` is false.
        NotADirectoryError: If it is a file, or in one.
        PermissionError: If it can't be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--out must name a folder, {folder} is a file.")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise FileExistsError(
            f"{folder} has files. Name another folder with --out, or give --overwrite."
        )
    check_writable(folder / "any.file")
