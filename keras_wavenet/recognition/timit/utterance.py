"""One utterance of TIMIT: samples and times of phones, both checked."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_wavenet.data.loudness import Loudness, measure_loudness
from keras_wavenet.data.resampling import resample, resampled_length
from keras_wavenet.data.scan import (
    SILENCE_PEAK,
    SILENT,
    UnusableAudioError,
    check_loudness,
)
from keras_wavenet.recognition.timit.corpus import PHONES
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import open_file

_FORMATS = ("FLAC", "NIST", "WAV", "WAVEX")  # NIST SPHERE is what TIMIT comes in
_LONGEST = 60  # s: its longest utterance has 8
_MOST_TABLE_BYTES = 2**16
_TOLERANCE = 0.01  # s by which the last phone may end after the recording

Segment = tuple[int, int, str]


@dataclass(frozen=True)
class Utterance:
    """An utterance that was read and checked.

    Attributes:
        path: The file of its samples.
        recorded_rate: Their rate in the file, in Hz.
        length: Samples at the rate of the source.
        loudness: How loud it is.
        segments: Its phones `(start, stop, name)`, in samples at the rate of the
            source.
    """

    path: Path
    recorded_rate: int
    length: int
    loudness: Loudness
    segments: tuple[Segment, ...]


def scan_utterance(path: Path, table: Path | None, sample_rate: int) -> Utterance:
    """Read an utterance and its phones.

    Args:
        path: The file of its samples.
        table: The file of its phones, a `.PHN`; None if there is none.
        sample_rate: Rate of the source, in Hz.

    Raises:
        UnusableAudioError: If either is missing or damaged, or they do not fit each
            other; the message is the reason.
        ImportError: If soundfile is not installed, or soxr where it is needed.
    """
    if table is None:
        raise UnusableAudioError("has no .PHN file in its folder")
    try:
        samples, rate = _read_file(path)
        lines = _read_table(table)
    except OSError as error:
        raise UnusableAudioError(f"cannot be read: {error.strerror}") from error
    check_loudness(float(np.abs(samples).max()))
    loudness = measure_loudness(samples)
    if loudness.peak < SILENCE_PEAK:
        raise UnusableAudioError(SILENT)
    segments = _check_segments(lines, len(samples), rate)
    length = resampled_length(len(samples), rate, sample_rate)
    at_rate = [
        (
            resampled_length(start, rate, sample_rate),
            min(resampled_length(stop, rate, sample_rate), length),
            name,
        )
        for start, stop, name in segments
    ]
    return Utterance(path, rate, length, loudness, tuple(at_rate))


def read_utterance(utterance: Utterance, sample_rate: int) -> np.ndarray:
    """All samples of an utterance that was scanned: float32, `(T,)`, in [-1, 1].

    Raises:
        OSError: If the file is not what it was when it was scanned.
    """
    try:
        samples, rate = _read_file(utterance.path)
    except UnusableAudioError as error:
        raise OSError(f"{utterance.path} has changed: it {error}") from error
    if rate != utterance.recorded_rate or (
        resampled_length(len(samples), rate, sample_rate) != utterance.length
    ):
        raise OSError(
            f"{utterance.path} has changed since it was checked. "
            f"Received: {len(samples)} samples at {rate} Hz. Open TIMIT again."
        )
    return np.clip(resample(samples, rate, sample_rate), -1, 1)


def _read_file(path: Path) -> tuple[np.ndarray, int]:
    soundfile = import_extra("soundfile", "Reading TIMIT")
    try:
        with open_file(path) as stream, soundfile.SoundFile(stream) as file:
            if file.format not in _FORMATS or file.channels != 1:
                raise UnusableAudioError(
                    f"holds {file.format} audio with {file.channels} channels, "
                    f"expected one, in one of {', '.join(_FORMATS)}"
                )
            expected = file.frames
            if not 0 < expected <= _LONGEST * file.samplerate:
                raise UnusableAudioError(
                    f"claims {expected} samples, expected 1 s to {_LONGEST} s of speech"
                )
            samples = file.read(expected, dtype="float32")
            if len(samples) < expected:
                raise UnusableAudioError(
                    f"truncated: {len(samples)} of {expected} samples are there"
                )
            return samples, file.samplerate
    except soundfile.LibsndfileError as error:
        reason = error.error_string.rstrip(".")
        raise UnusableAudioError(f"not readable as audio: {reason}") from error


def _read_table(path: Path) -> list[Segment]:
    """The lines "start stop phone" of a table."""
    with open_file(path) as file:
        content = file.read(_MOST_TABLE_BYTES + 1)
    if len(content) > _MOST_TABLE_BYTES:
        raise UnusableAudioError(f"{path.name} is too large for a table of phones")
    segments = []
    for number, line in enumerate(content.decode("ascii", "replace").splitlines(), 1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 3 or not all(field.isdecimal() for field in fields[:2]):
            raise UnusableAudioError(
                f'{path.name}, line {number}: expected "start stop phone", '
                f"received {line[:40]!r}"
            )
        name = fields[2].lower()
        if name not in PHONES:
            raise UnusableAudioError(
                f"{path.name}, line {number}: {fields[2][:20]!r} is no phone of TIMIT"
            )
        segments.append((int(fields[0]), int(fields[1]), name))
    if not segments:
        raise UnusableAudioError(f"{path.name} names no phone")
    return segments


def _check_segments(segments: list[Segment], length: int, rate: int) -> list[Segment]:
    """Segments in order and inside a recording."""
    end = 0
    for start, stop, name in segments:
        if start < end or stop <= start:
            raise UnusableAudioError(
                f"its phones are not in order: {name!r} from {start} to {stop}, after "
                f"one that ends at {end}"
            )
        end = stop
    start, stop, name = segments[-1]
    if start >= length or stop > length + _TOLERANCE * rate:
        raise UnusableAudioError(
            f"its phones lie outside the recording: {name!r} from {start} to {stop}, "
            f"of {length} samples"
        )
    return [*segments[:-1], (start, min(stop, length), name)]
