"""Audio files: checked once from end to end, then read in segments."""

import functools
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from keras_wavenet.data.folders.audio_length import check_complete
from keras_wavenet.data.folders.decoder_messages import MESSAGES
from keras_wavenet.data.folders.mp3_frames import read_frames
from keras_wavenet.data.folders.with_prefix import WithPrefix
from keras_wavenet.data.loudness import Loudness, measure_loudness
from keras_wavenet.data.mono import Cancellation, to_mono
from keras_wavenet.data.scan import UnusableAudioError, check_loudness
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.pcm import MARK_END, is_own_wav

# All that libsndfile reads and that people record in, whatever else it reads.
SUFFIXES = (
    ".aif", ".aifc", ".aiff", ".au", ".caf", ".flac", ".mp3", ".oga", ".ogg", ".opus",
    ".rf64", ".snd", ".sph", ".voc", ".w64", ".wav", ".wave",
)  # fmt: skip
_FORMATS = (
    "AIFF", "AU", "CAF", "FLAC", "MP3", "NIST", "OGG", "RF64", "VOC", "W64", "WAV",
    "WAVEX",
)  # fmt: skip
_RATES = (1_000, 768_000)  # Hz: a rate outside is a damaged header
_MOST_CHANNELS = 64  # the largest microphone arrays
_BLOCK = 2**18  # samples read at a time while checking
# Samples that these decoders need before those they decode right: an MP3 frame borrows
# bits from frames before it, and Opus predicts.
_RUN_UP = {"MPEG_LAYER_III": 2**15, "OPUS": 2**15}
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file that was read through and found good.

    Attributes:
        path: Where it is.
        sample_rate: Its own rate, in Hz.
        frames: Samples per channel that it really holds.
        loudness: How loud it is, mixed down to mono.
        channel: The channel that is taken, where a mix would cancel; None for a mix.
        prefix: A header that is read in place of the first `start` bytes of the file;
            of MP3, where no header states the length.
        start: See `prefix`.
        is_own: Whether this package wrote the file: it is no recording.
    """

    path: Path
    sample_rate: int
    frames: int = 0
    loudness: Loudness = Loudness()
    channel: int | None = None
    prefix: bytes = b""
    start: int = 0
    is_own: bool = False


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
    return _checked(lambda: _scan_stream(path))


def decode_audio(encoded: bytes) -> tuple[np.ndarray, int]:
    """Decodes a file in memory, checked as by `scan_audio_file`.

    Returns:
        float32 array, shape `(T, channels)`, and the file's rate in Hz.

    Raises:
        UnusableAudioError: As `scan_audio_file`.
        ImportError: If soundfile is not installed.
    """

    def decode():
        stream = io.BytesIO(encoded)
        with _open_whole(io.BytesIO(encoded), stream) as (file, _):
            blocks = list(_blocks(file))
            check_complete(file, stream, sum(map(len, blocks)))
            return np.concatenate(blocks), file.samplerate

    return _checked(decode)


def _checked(decode: Callable[[], _Result]) -> _Result:
    """The result of a function that decodes, if libraries had nothing to complain."""
    soundfile = import_extra("soundfile", "Reading audio files")
    try:
        result, errors = MESSAGES.errors_of(decode)
    except soundfile.LibsndfileError as error:
        raise UnusableAudioError(_why_unreadable(error)) from error
    if errors:
        raise UnusableAudioError(f"damaged: the decoder reports {errors[0]!r}")
    return result


def _scan_stream(path: Path) -> AudioFile:
    with path.open("rb") as stream:
        is_own = is_own_wav(stream.read(MARK_END))
        # By its path: libsndfile reads faster than Python's file.
        with _open_whole(path, stream) as (file, header):
            audio = AudioFile(path, file.samplerate, **header, is_own=is_own)
            audio = _read_through(audio, file, stream)
        if audio.channel is not None:  # it has another loudness than the mix
            with _open(WithPrefix(audio.prefix, stream, audio.start)) as file:
                audio = _read_through(audio, file, stream)
    return audio


@contextmanager
def _open_whole(
    file: Path | BinaryIO, stream: BinaryIO
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A file that states its length, and what an `AudioFile` has of it if it did not.

    MP3 files need not: libsndfile would guess it. `stream` is the same file once more.
    """
    with _open(file) as file:
        _check_header(file)
        frames = read_frames(stream) if file.format == "MP3" else None
        if frames is None or frames.stated or not frames.is_layer_3:
            yield file, {}
            return
    prefix, start = frames.header(), frames.start
    with _open(WithPrefix(prefix, stream, start)) as file:
        yield file, {"prefix": prefix, "start": start}


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


def _read_through(audio: AudioFile, file, stream: BinaryIO) -> AudioFile:
    """The same with length, loudness and channel of what a file holds, all checked."""
    loudness, cancellation = Loudness(), Cancellation()
    for samples in _blocks(file):
        if file.channels > 1:
            check_loudness(float(np.abs(samples).max()))
        mono = to_mono(samples, audio.channel)
        if file.channels > 1 and audio.channel is None:
            cancellation.add(samples, mono)
        measured = measure_loudness(mono)
        check_loudness(measured.peak)
        loudness += measured
    check_complete(file, stream, loudness.samples)
    channel = cancellation.channel if audio.channel is None else audio.channel
    return replace(audio, frames=loudness.samples, loudness=loudness, channel=channel)


def _blocks(file) -> Iterator[np.ndarray]:
    left = file.frames  # after the last one, decoders find tags and fail
    while count := min(left, _BLOCK // file.channels):
        samples = file.read(count, dtype="float32", always_2d=True)
        if not len(samples):
            return
        left -= len(samples)
        yield samples


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
        self._file, self._open_files = None, ExitStack()

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
                with MESSAGES.caught():
                    run_up = go_to(start)
                    count = run_up + stop - start
                    samples = self._file.read(count, dtype="float32", always_2d=True)
                samples = samples[run_up:]
                received = f"{len(samples)} samples from {start} on"
                if self._file.samplerate != self._audio.sample_rate:
                    received += f" at {self._file.samplerate} Hz"
                elif len(samples) == stop - start:
                    return to_mono(samples, self._audio.channel)
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
        file = self._audio.path
        if self._audio.prefix:
            stream = self._open_files.enter_context(file.open("rb"))
            file = WithPrefix(self._audio.prefix, stream, self._audio.start)
        self._file = self._open_files.enter_context(_open(file))

    def _close(self):
        self._open_files.close()
        self._file = None
