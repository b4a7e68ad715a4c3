"""Whether an audio file is complete, which headers and decoders do not report."""

import os
import re
from typing import Any, BinaryIO

from keras_wavenet.data.scan import UnusableAudioError

# A WAV file written to a pipe claims the largest size there is: length unknown.
_UNKNOWN_SIZE = 2**31 - 2**16
_MOST_UNEXPLAINED = 0.05  # of a WAV file: tags that were not written correctly
_MOST_UNREAD = 0.01  # of an MP3 file
_MOST_TAGS = 4096  # bytes after the audio of an MP3 file
_FIRST_FRAME = 1024  # bytes: somewhat more than the largest header needs


def check_complete(file: Any, stream: BinaryIO, frames: int) -> None:
    """Compares what was decoded with what the header and the size of a file claim.

    Args:
        file: The `soundfile.SoundFile`, read up to its end: decoders of Vorbis and MP3
            note that something is missing only as they get there.
        stream: The file that it decoded, where it stopped reading.
        frames: Samples that it gave.

    Raises:
        UnusableAudioError: If something is missing, or more is there than was decoded.
    """
    if file.format == "MP3":
        _check_mp3_length(stream, file.frames, frames)
    else:
        _check_length(file, frames, stream.seek(0, os.SEEK_END))
    if frames == 0:
        raise UnusableAudioError("holds no samples")


def _check_length(file, frames: int, size: int):
    notes = file.extra_info
    found = re.search(r"^data : (\d+) \(should be (\d+)\)", notes, re.MULTILINE)
    if found and int(found[2]) < int(found[1]) < _UNKNOWN_SIZE:
        raise UnusableAudioError(
            f"truncated: {found[2]} of {found[1]} bytes of audio are there"
        )
    if "without an End-Of-Stream" in notes:
        raise UnusableAudioError("truncated: the end of the stream is missing")
    if frames < file.frames < 2**62:  # above: a FLAC stream of unknown length
        raise UnusableAudioError(
            f"truncated: {frames} of {file.frames} samples are there"
        )
    if _unexplained_bytes(notes) > _MOST_UNEXPLAINED * size:
        raise UnusableAudioError(
            f"claims only {frames} samples, and {_unexplained_bytes(notes)} bytes that "
            "follow make no sense: the recording was not finished, or is damaged"
        )


def _check_mp3_length(stream: BinaryIO, claimed: int, frames: int):
    """Check the length of an MP3 file, which most files state and some do not.

    Where they do not, libsndfile guesses it by the first frame, and reads no further.
    """
    unread = -stream.tell() + stream.seek(0, os.SEEK_END)
    if unread > max(_MOST_TAGS, _MOST_UNREAD * stream.tell()):
        raise UnusableAudioError(
            f"claims only {claimed} samples, and {unread} bytes follow: its length is "
            "missing or wrong. Convert it to wav or flac"
        )
    if frames < claimed and _states_length(stream):
        raise UnusableAudioError(f"truncated: {frames} of {claimed} samples are there")


def _states_length(stream: BinaryIO) -> bool:
    """Whether the first frame of an MP3 file is a header with the number of frames."""
    stream.seek(0)
    start = stream.read(10)
    tags = 0
    if start[:3] == b"ID3":  # seven bits a byte
        tags = 10 + sum(
            byte << 7 * (9 - place) for place, byte in enumerate(start[6:], 6)
        )
    stream.seek(tags)
    frame = stream.read(_FIRST_FRAME)
    return b"Xing" in frame or b"Info" in frame


def _unexplained_bytes(notes: str) -> int:
    """Bytes of a WAV file after its audio that are no chunk of a WAV file.

    A program that stopped before it had put the size of the audio into the header
    leaves such a file.
    """
    end = re.search(r"^Length : (\d+)", notes, re.MULTILINE)
    lost = re.search(r"^\*\*\* Unknown chunk .* at position (\d+)", notes, re.MULTILINE)
    return int(end[1]) - int(lost[1]) if end and lost else 0
