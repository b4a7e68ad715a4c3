"""Audio files: checked once from end to end, then read in stretches."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_wavenet.data.extras import import_extra
from keras_wavenet.data.levels import Levels, measure_levels
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
        levels: How loud it is, mixed down to mono.
    """

    path: Path
    sample_rate: int
    frames: int
    levels: Levels


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
            levels = _read_through(file)
            # The decoders of Vorbis and MP3 note a missing end only as they get there.
            _check_complete(file, levels.samples)
            return AudioFile(path, file.samplerate, levels.samples, levels)
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


def _read_through(file) -> Levels:
    levels = Levels()
    block = max(1, _BLOCK // file.channels)
    while len(samples := file.read(block, dtype="float32", always_2d=True)):
        loudest = float(np.abs(samples).max())
        if not np.isfinite(loudest):
            raise UnusableAudioError("holds samples that are NaN or infinite")
        if loudest > _LOUDEST:
            raise UnusableAudioError(
                f"holds samples up to {loudest:.3g}, expected values in [-1, 1]"
            )
        levels += measure_levels(samples.mean(axis=1))
    return levels


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


def read_audio_file(
    audio: AudioFile, start: int = 0, stop: int | None = None
) -> np.ndarray:
    """Decode a stretch of a file that was scanned, mixed down to mono.

    Args:
        audio: What `scan_audio_file` returned.
        start: First sample, at the file's own rate.
        stop: The sample after the last, at most `audio.frames`, which None stands for.

    Returns:
        float32 array, shape `(stop - start,)`, at the file's own rate.

    Raises:
        OSError: If the file is not what it was when it was scanned.
    """
    soundfile = import_extra("soundfile", "Reading audio files")
    stop = audio.frames if stop is None else stop
    try:
        with soundfile.SoundFile(audio.path) as file:
            _seek(file, start)
            samples = file.read(stop - start, dtype="float32", always_2d=True)
            rate = file.samplerate
    except soundfile.LibsndfileError as error:
        raise _changed(audio, error.error_string) from error
    if len(samples) != stop - start or rate != audio.sample_rate:
        raise _changed(audio, f"{len(samples)} samples from {start} on at {rate} Hz")
    return samples.mean(axis=1)


def _seek(file, start: int):
    if not start:
        return
    if file.frames < 2**62:
        file.seek(start)
        return
    while start:  # a FLAC stream of unknown length can't be sought in
        start -= len(file.read(min(start, _BLOCK), dtype="int16"))


def _changed(audio: AudioFile, received: str) -> OSError:
    return OSError(
        f"{audio.path} has changed since it was checked: expected {audio.frames} "
        f"samples at {audio.sample_rate} Hz. Received: {received}. "
        "Load the dataset again."
    )
