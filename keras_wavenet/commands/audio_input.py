"""Audio files as input of a command."""

from pathlib import Path

import numpy as np

from keras_wavenet.utils.input_file import is_file


def read_audio(flag: str, path: Path, sample_rate: int) -> np.ndarray:
    """Read an audio file, such as wav, flac, ogg or mp3, resampled and mixed to mono.

    Args:
        flag: The flag that names the file, for errors.
        path: The file.
        sample_rate: Hz wanted.

    Returns:
        float32 array, `(samples,)`, in [-1, 1].

    Raises:
        FileNotFoundError: If there is no such file.
        IsADirectoryError: If it is a folder.
        OSError: If it is a pipe, a device or a socket.
        ValueError: If it can't be used.
        ImportError: If soundfile, or soxr for another rate, is not installed.
    """
    wanted = f"{flag} must name an audio file, such as wav, flac, ogg or mp3."
    if path.is_dir():
        raise IsADirectoryError(f"{wanted} Received: {path}, a folder")
    if not is_file(path):
        raise FileNotFoundError(f"{wanted} Received: {path}, where there is no file")

    from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
    from keras_wavenet.data.resampling import resample
    from keras_wavenet.data.scan import UnusableAudioError

    try:
        file = scan_audio_file(path)
    except UnusableAudioError as error:
        raise ValueError(f"{flag}: {path} can't be used: {error}") from error
    audio = resample(read_audio_file(file), file.sample_rate, sample_rate)
    return np.clip(audio, -1, 1)  # resampling may overshoot
