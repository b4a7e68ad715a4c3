"""What the package itself has written, which is never read as a recording."""

from pathlib import Path

from keras_wavenet.utils.pcm import MARK_END, is_own_wav

RECORD_OF_RUN = "run.json"
_WRITER = b'"keras_wavenet"'  # a key of every record
_LARGEST = 2**20  # bytes of a record


def is_own_audio(path: Path) -> bool:
    """Whether this package wrote an audio file, by the mark in it.

    Raises:
        OSError: If it can't be read.
    """
    with path.open("rb") as file:
        return is_own_wav(file.read(MARK_END))


def is_run_folder(folder: Path) -> bool:
    """Whether a folder is that of a training run, by its record."""
    path = folder / RECORD_OF_RUN
    try:
        if not path.is_file():  # a pipe would wait for a writer
            return False
        with path.open("rb") as file:
            return _WRITER in file.read(_LARGEST)
    except OSError:
        return False
