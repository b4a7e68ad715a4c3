"""Files that a command writes: whole or not at all, and over no other by chance."""

import itertools
import os
import tempfile
import wave
from pathlib import Path

import numpy as np


def check_free(path: Path, overwrite: bool) -> None:
    """Refuse a path that can't be written, before any long work.

    Raises:
        FileExistsError: If the path exists and `overwrite` is false.
        IsADirectoryError: If it is a folder.
        FileNotFoundError: If its folder does not exist.
    """
    if path.is_dir():
        raise IsADirectoryError(f"--out must name a file, {path} is a folder.")
    if path.exists() and not overwrite:
        raise FileExistsError(
            f"{path} exists. Name another file with --out, or give --overwrite."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"The folder {path.parent} of --out does not exist.")


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
    pcm = np.round(np.clip(waveform, -1.0, 1.0) * 32767).astype("<i2")
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream, wave.open(stream, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sample_rate)
            file.writeframes(pcm.tobytes())
        Path(temporary).chmod(0o644)  # mkstemp lets nobody else read it
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
