"""Audio files that a command is given to hear."""

from pathlib import Path

import numpy as np


def read_audio(path: Path, sample_rate: int, purpose: str) -> np.ndarray:
    """Read a wav, flac, ogg or mp3 file, resampled and mixed to mono.

    Args:
        path: The file.
        sample_rate: Hz wanted.
        purpose: What it is to be, for errors, such as `"the prime"`.

    Returns:
        float32 array, `(samples,)`, in [-1, 1].

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it can't be used; says why.
        ImportError: If soundfile, or soxr for another rate, is not installed.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path} to be {purpose}.")

    from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
    from keras_wavenet.data.resampling import resample
    from keras_wavenet.data.scan import UnusableAudioError

    try:
        file = scan_audio_file(path)
    except UnusableAudioError as error:
        raise ValueError(f"{path} can't be {purpose}: {error}") from error
    return resample(read_audio_file(file), file.sample_rate, sample_rate)
