"""Audio files: checked once from end to end, then read in segments."""

import functools
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from keras_wavenet.data.folders.audio_length import check_complete
from keras_wavenet.data.loudness import Loudness, measure_loudness
from keras_wavenet.data.scan import UnusableAudioError, check_loudness
from keras_wavenet.utils.extras import import_extra

SUFFIXES = (".flac", ".mp3", ".ogg", ".wav")
_FORMATS = ("FLAC", "MP3", "OGG", "RF64", "WAV", "WAVEX")
_RATES = (1_000, 768_000)  # Hz: a rate outside is a damaged header
_MOST_CHANNELS = 64  # the largest microphone arrays
_CANCELLED = 1e-3  # of the loudest channel: what is left of two with opposite signs
_BLOCK = 2**18  # samples read at a time while checking
# Samples that these decoders need before those they decode right: an MP3 frame borrows
# bits from frames before it, and Opus predicts.
_RUN_UP = {"MPEG_LAYER_III": 2**15, "OPUS": 2**15}


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file that was read through and found good.

    Attributes:
        path: Where it is.
        sample_rate: Its own rate, in Hz.
        frames: Samples per channel that it really holds.
        loudness: How loud it is, mixed down to mono.
    """

    path: Path
    sample_rate: int
    frames: int
    loudness: Loudness


def scan_audio_file(path: Path) -> AudioFile:
    """Read a file from end to end, a block at a time, and check what it holds.

    Headers are not trusted: libsndfile reads most damaged files without complaint. Nor
    are names: a WAV file called `.flac` is read.

    Raises:
        UnusableAudioError: If the file is empty, truncated, not audio, of another
            format or not finite; the message is the reason.
        ImportError: If soundfile is not installed.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for a writer
            raise UnusableAudioError("not a regular file")
        return _scan(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise UnusableAudioError(f"cannot be read: {error.strerror}") from error


# One folder serves several splits. A cache that is too small for all of it would be of
# no use at all, as its files are always read in the same order.
@functools.lru_cache(maxsize=2**20)
def _scan(path: Path, size: int, modified_ns: int) -> AudioFile:
    if size == 0:
        raise UnusableAudioError("empty file")
    soundfile = import_extra("soundfile", "Reading audio files")
    try:
        with path.open("rb") as stream, _open(stream) as file:
            _check_header(file)
            loudness = _read_through(file)
            # The decoders of Vorbis and MP3 note a missing end only as they get there.
            check_complete(file, stream, loudness.samples)
            return AudioFile(path, file.samplerate, loudness.samples, loudness)
    except soundfile.LibsndfileError as error:
        raise UnusableAudioError(_why_unreadable(error)) from error


def _open(file: Path | BinaryIO) -> Any:
    soundfile = import_extra("soundfile", "Reading audio files")
    if isinstance(file, Path) and os.name == "posix":
        file = os.fsencode(file)  # soundfile encodes no name that is not UTF-8
    file = soundfile.SoundFile(file)
    # soundfile would seek after each read of a file that it can seek in, which is slow,
    # fails at the end of a FLAC stream of unknown length, and is audible in MP3.
    file.seekable = lambda: False
    return file


def _why_unreadable(error) -> str:
    reason = error.error_string.rstrip(".").removeprefix("Error : ")
    if not reason or reason.startswith("File does not exist"):  # it does
        reason = "damaged"
    return f"not readable as audio: {reason}"


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
    if file.channels > _MOST_CHANNELS:
        raise UnusableAudioError(
            f"has {file.channels} channels, expected at most {_MOST_CHANNELS}"
        )


def _read_through(file) -> Loudness:
    """Loudness of what a file holds, all of which is checked."""
    loudness, loudest = Loudness(), 0.0
    left = file.frames  # after the last one, decoders find tags and fail
    while count := min(left, _BLOCK // file.channels):
        samples = file.read(count, dtype="float32", always_2d=True)
        if not len(samples):
            break
        left -= len(samples)
        peak = float(np.abs(samples).max())
        check_loudness(peak)
        loudest = max(loudest, peak)
        loudness += measure_loudness(_to_mono(samples))
    if loudness.peak < _CANCELLED * loudest:
        raise UnusableAudioError(
            "its channels cancel each other when they are mixed to mono: one of them "
            "has the wrong polarity"
        )
    return loudness


def _to_mono(samples: np.ndarray) -> np.ndarray:
    """Mean of the channels, `(T, channels)` to `(T,)`; a matrix product is fastest."""
    channels = samples.shape[1]
    if channels == 1:
        return samples[:, 0]
    return samples @ np.full(channels, 1 / channels, "float32")


def read_audio_file(
    audio: AudioFile, start: int = 0, stop: int | None = None
) -> np.ndarray:
    """Decodes a segment of a file that was scanned, mixed down to mono.

    Args:
        audio: What `scan_audio_file` returned.
        start: First sample, at the file's own rate.
        stop: The sample after the last, at most `audio.frames`, which None stands for.

    Returns:
        float32 array, shape `(stop - start,)`, at the file's own rate.

    Raises:
        OSError: If the file is not what it was when it was scanned.
    """
    with AudioReader(audio) as reader:
        return reader.read(start, audio.frames if stop is None else stop)


class AudioReader:
    """Reads segments of a file that was scanned, and keeps it open in between.

    Finding a place in a long MP3 file takes the longer the further it is from where
    the decoder has been. Where it came from also decides the last bit of what it
    decodes: only the same segments in the same order give exactly the same samples.

    Args:
        audio: What `scan_audio_file` returned.
    """

    def __init__(self, audio: AudioFile):
        self._audio = audio
        self._file = None

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._close()

    def read(self, start: int, stop: int) -> np.ndarray:
        """Decode samples `start` to `stop - 1`; as `read_audio_file`."""
        soundfile = import_extra("soundfile", "Reading audio files")
        # A damaged index does not stop a file from being read from its beginning.
        for go_to in (self._seek, self._read_up_to):
            try:
                run_up = go_to(start)
                count = run_up + stop - start
                samples = self._file.read(count, dtype="float32", always_2d=True)
                samples = samples[run_up:]
                received = f"{len(samples)} samples from {start} on"
                if self._file.samplerate != self._audio.sample_rate:
                    received += f" at {self._file.samplerate} Hz"
                elif len(samples) == stop - start:
                    return _to_mono(samples)
            except soundfile.LibsndfileError as error:
                received = error.error_string
        raise OSError(
            f"{self._audio.path} has changed since it was checked: expected "
            f"{self._audio.frames} samples at {self._audio.sample_rate} Hz. "
            f"Received: {received}. Load the dataset again."
        )

    def _seek(self, start: int) -> int:
        """Go to a sample or some way before it; returns how many are before it."""
        if self._file is None or start <= max(_RUN_UP.values()):
            self._reopen()
        run_up = min(start, _RUN_UP.get(self._file.subtype, 0))
        if start > run_up:
            self._file.seek(start - run_up)
        return run_up

    def _read_up_to(self, start: int) -> int:
        """Go to a sample by reading all that is before it."""
        self._reopen()
        block = _BLOCK // self._file.channels
        while start:
            passed = len(self._file.read(min(start, block), dtype="int16"))
            if not passed:
                break
            start -= passed
        return 0

    def _reopen(self):
        self._close()
        self._file = _open(self._audio.path)

    def _close(self):
        if self._file is not None:
            self._file.close()
            self._file = None
