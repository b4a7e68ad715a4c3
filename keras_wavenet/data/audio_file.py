"""Audio files: checked once from end to end, then read whole when asked for."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_wavenet.data.extras import import_extra
from keras_wavenet.data.scan import UnusableAudioError

SUFFIXES = (".flac", ".mp3", ".ogg", ".wav")
_FORMATS = ("FLAC", "MP3", "OGG", "RF64", "WAV", "WAVEX")
_RATES = (1_000, 768_000)  # Hz: a rate outside is a damaged header
_LOUDEST = 8.0  # times full scale: more is not a hot float recording but not audio
_BLOCK = 2**18  # samples read at a time while checking
# A WAV file written to a pipe claims the largest size there is: length unknown.
_UNKNOWN_SIZE = 2**31 - 2**16


@dataclass(frozen=True)
class AudioFile:
    """A file that was read through and found good.

    Attributes:
        path: Where it is.
        sample_rate: Its own rate, in Hz.
        frames: Samples per channel that it really holds.
        peak: Largest absolute sample.
    """

    path: Path
    sample_rate: int
    frames: int
    peak: float


def scan_audio_file(path: Path) -> AudioFile:
    """Read a file from end to end, a block at a time, and check what it holds.

    Headers are not believed: libsndfile reads most damaged files without complaint.

    Raises:
        UnusableAudioError: If the file is empty, truncated, not audio, of another
            format or not finite; the message is the reason.
        ImportError: If soundfile is not installed.
    """
    try:
        stat = path.stat()
        path.open("rb").close()  # libsndfile would not say why it may not be read
        return _scan(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise UnusableAudioError(f"cannot be read: {error.strerror}") from error


@functools.lru_cache(maxsize=2**16)  # one folder serves several splits
def _scan(path: Path, size: int, modified_ns: int) -> AudioFile:
    if size == 0:
        raise UnusableAudioError("empty file")
    soundfile = import_extra("soundfile", "Reading audio files")
    try:
        with soundfile.SoundFile(path) as file:
            _check_header(file)
            frames, peak = _read_through(file)
            # The decoders of Vorbis and MP3 note a missing end only as they get there.
            _check_complete(file, frames)
            return AudioFile(path, file.samplerate, frames, peak)
    except soundfile.LibsndfileError as error:
        reason = error.error_string.rstrip(".").removeprefix("Error : ")
        raise UnusableAudioError(f"not readable as audio: {reason}") from error


def _check_header(file):
    if file.format not in _FORMATS:
        raise UnusableAudioError(
            f"holds {file.format} audio, expected one of {', '.join(_FORMATS)}"
        )
    low, high = _RATES
    if not low <= file.samplerate <= high:
        raise UnusableAudioError(
            f"claims a sample rate of {file.samplerate} Hz, expected {low} to {high}"
        )


def _read_through(file) -> tuple[int, float]:
    frames, peak = 0, 0.0
    block = max(1, _BLOCK // file.channels)
    while len(samples := file.read(block, dtype="float32", always_2d=True)):
        loudest = float(np.abs(samples).max())
        if not np.isfinite(loudest):
            raise UnusableAudioError("holds samples that are NaN or infinite")
        frames, peak = frames + len(samples), max(peak, loudest)
    if peak > _LOUDEST:
        raise UnusableAudioError(
            f"holds samples up to {peak:.3g}, expected values in [-1, 1]"
        )
    return frames, peak


def _check_complete(file, frames: int):
    size = re.search(r"data : (\d+) \(should be (\d+)\)", file.extra_info)
    if size:
        claimed, found = int(size[1]), int(size[2])
        if found < claimed < _UNKNOWN_SIZE:
            raise UnusableAudioError(
                f"truncated: {found} of {claimed} bytes of audio are there"
            )
    if "without an End-Of-Stream" in file.extra_info:
        raise UnusableAudioError("truncated: the end of the stream is missing")
    if frames < file.frames < 2**62:  # above: a FLAC stream of unknown length
        raise UnusableAudioError(
            f"truncated: {frames} of {file.frames} samples are there"
        )
    if frames == 0:
        raise UnusableAudioError("holds no samples")


def read_audio_file(audio: AudioFile) -> np.ndarray:
    """Decode a file that was scanned, mixed down to mono.

    Args:
        audio: What `scan_audio_file` returned.

    Returns:
        float32 array, shape `(audio.frames,)`, at the file's own rate.

    Raises:
        OSError: If the file is not what it was when it was scanned.
    """
    soundfile = import_extra("soundfile", "Reading audio files")
    samples, sample_rate = soundfile.read(audio.path, dtype="float32", always_2d=True)
    if (len(samples), sample_rate) != (audio.frames, audio.sample_rate):
        raise OSError(
            f"{audio.path} has changed since it was checked: expected {audio.frames} "
            f"samples at {audio.sample_rate} Hz. Received: {len(samples)} samples "
            f"at {sample_rate} Hz. Load the dataset again."
        )
    return samples.mean(axis=1)
