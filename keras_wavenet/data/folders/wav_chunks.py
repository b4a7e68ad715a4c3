"""The chunks of a WAV file: whether its header agrees with what follows the audio."""

import os
import re
from typing import BinaryIO

from keras_wavenet.data.scan import UnusableAudioError

_NAME = re.compile(rb"[ -~]{4}")
_MOST_UNEXPLAINED = 0.05  # of the file: tags that were not written correctly
_MOST_CHUNKS = 10_000
_KINDS_OF_PCM = (1, 3, 0xFFFE)  # integers, floats, and both with more of a header
_LAWS = (6, 7)  # A-law and mu-law


def check_chunks(stream: BinaryIO, frames: int) -> None:
    """Checks the header of a WAV file, and what follows its audio.

    A program that stopped before it had put the size of the audio into the header
    leaves a file in which more audio follows; so does a damaged header.

    Args:
        stream: The file, anywhere.
        frames: Samples that it gave.

    Raises:
        UnusableAudioError: If the header contradicts itself, or if bytes after the
            audio are no chunks.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(4)
    inside = min(8 + int.from_bytes(stream.read(4), "little"), size)  # stated bytes
    place, end_of_audio = 12, None
    for _ in range(_MOST_CHUNKS):
        stream.seek(place)
        name, length = stream.read(4), int.from_bytes(stream.read(4), "little")
        if name == b"fmt ":
            _check_format(stream.read(16))
        after = place + 8 + length
        if not _NAME.fullmatch(name) or after > size:
            break
        if name == b"data" and end_of_audio is None:
            end_of_audio = after
        place = after + length % 2
        if length % 2:  # some programs leave out the byte that makes it even
            stream.seek(after)
            place -= bool(_NAME.fullmatch(stream.read(4)))
        if place >= size:
            return
    if end_of_audio is None:  # to its end, as from a pipe, or truncated
        return
    lost = size - place
    is_tag = _starts(stream, place, b"TAG") and lost == 128
    stream.seek(place)
    is_padding = inside <= place + 8 and not any(stream.read(8))
    follows_audio = place == end_of_audio + end_of_audio % 2
    stated_as_audio = follows_audio and inside > place and not is_padding
    if is_tag or (lost <= _MOST_UNEXPLAINED * size and not stated_as_audio):
        return
    raise UnusableAudioError(
        f"claims only {frames} samples, and {lost} bytes that follow make no "
        "sense: the recording was not finished, or is damaged"
    )


def _starts(stream: BinaryIO, place: int, content: bytes) -> bool:
    stream.seek(place)
    return stream.read(len(content)) == content


def _check_format(header: bytes):
    """Check the numbers of a format that can be derived from others."""
    if len(header) < 16:
        return
    fields = (header[start:stop] for start, stop in _FIELDS)
    kind, channels, rate, per_second, per_frame, bits = (
        int.from_bytes(field, "little") for field in fields
    )
    if kind in _LAWS and bits == 16:
        raise UnusableAudioError(
            "damaged: its header states A-law or mu-law of 16 bits, which have 8"
        )
    if kind not in _KINDS_OF_PCM:
        return
    if per_frame != channels * ((bits + 7) // 8) or (
        per_second and per_second != rate * per_frame
    ):
        raise UnusableAudioError(
            f"damaged: its header contradicts itself ({channels} channels of {bits} "
            f"bits at {rate} Hz are not {per_frame} bytes a sample and {per_second} "
            "bytes a second). Repair it: ffmpeg -i IN.wav OUT.wav"
        )


_FIELDS = ((0, 2), (2, 4), (4, 8), (8, 12), (12, 14), (14, 16))
