"""The last frame of a FLAC file: the number of samples that the file really holds.

libFLAC checks each frame by its checksum, but reads no further than the header of the
file states, which has none. Each frame has the number of its first sample (RFC 9639).
"""

from dataclasses import dataclass
from typing import BinaryIO

from keras_wavenet.data.folders.id3 import skip_id3_tag
from keras_wavenet.data.folders.second_recording import check_alone
from keras_wavenet.data.scan import UnusableAudioError

_MARK = b"fLaC"
_IS_LAST_BLOCK = 0x80
_LONGEST_HEADER = 16  # bytes of a frame
_LARGEST_FRAME = 2**17  # bytes, where the header of the file states no largest one
_BLOCK_SIZES = {1: 192, **{code: 144 << code for code in range(2, 6)}}
_BLOCK_SIZES |= {code: 1 << code for code in range(8, 16)}  # samples
_RATES = (88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100)
_RATES += (48_000, 96_000)  # Hz, from code 1 on


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int  # of the frame or, where their sizes vary, of its first sample
    block_size: int
    rate: int | None  # None: that of the file


def check_stated_length(stream: BinaryIO, stated: int, sample_rate: int) -> None:
    """Compares what the header of a FLAC file states with its first and last frame.

    Args:
        stream: The file, anywhere.
        stated: Samples that its header states.
        sample_rate: The rate that it states, in Hz.

    Raises:
        UnusableAudioError: If its frames are of another rate, or hold more samples, or
            if another recording follows.
    """
    start, largest = _find_first_frame(stream)
    stream.seek(start)
    head = stream.read(_LONGEST_HEADER)
    first = _parse_frame(head)
    if first is None:  # FLAC in another container
        return
    if first.rate not in (None, sample_rate):
        raise UnusableAudioError(
            f"damaged: its header states {sample_rate} Hz, and its frames {first.rate}"
        )
    check_alone(stream, start, [_MARK])
    size = stream.seek(0, 2)
    stream.seek(max(start, size - 2 * (largest or _LARGEST_FRAME)))
    samples = _samples_up_to_end(stream.read(), head, first.block_size)
    if samples is not None and samples > stated:
        raise UnusableAudioError(
            f"damaged: its header states {stated} samples, and its frames {samples}"
        )


def _find_first_frame(stream: BinaryIO) -> tuple[int, int]:
    """The byte after the blocks of the header, and the most bytes a frame has."""
    place = skip_id3_tag(stream)
    if stream.read(4) != _MARK:
        return place, 0
    place, largest = place + 4, 0
    while len(block := stream.read(4)) == 4:
        if block[0] & ~_IS_LAST_BLOCK == 0:
            largest = int.from_bytes(stream.read(10)[7:], "big")
        place += 4 + int.from_bytes(block[1:], "big")
        stream.seek(place)
        if block[0] & _IS_LAST_BLOCK:
            break
    return place, largest


def _samples_up_to_end(tail: bytes, head: bytes, block_size: int) -> int | None:
    """The number of the last sample in the end of a file, by its last frame."""
    place = len(tail)
    while (place := tail.rfind(head[:2], 0, place)) >= 0:
        found = tail[place : place + _LONGEST_HEADER]
        frame = _parse_frame(found)
        # Audio may look like a header: all have the rate and the depth of the first.
        if frame and found[2] & 15 == head[2] & 15 and found[3] & 15 == head[3] & 15:
            varies = head[1] & 1
            before = frame.number if varies else frame.number * block_size
            return before + frame.block_size
    return None


def _parse_frame(head: bytes) -> _Frame | None:
    """Reads the header of a frame; None if it is none."""
    if len(head) < _LONGEST_HEADER or head[0] != 0xFF or head[1] & 0xFE != 0xF8:
        return None
    size_code, rate_code, place = head[2] >> 4, head[2] & 15, 5
    number = head[4]
    if number & 0x80:  # coded as UTF-8
        more = f"{number:08b}".find("0") - 1
        if not 1 <= more <= 6:
            return None
        number &= 0x3F >> more
        for byte in head[5 : 5 + more]:
            number = number << 6 | byte & 0x3F
        place += more
    block_size = _BLOCK_SIZES.get(size_code)
    if size_code in (6, 7):
        length = size_code - 5
        block_size = int.from_bytes(head[place : place + length], "big") + 1
        place += length
    rate = _RATES[rate_code - 1] if 1 <= rate_code <= 11 else None
    if rate_code in (12, 13, 14):
        length, unit = {12: (1, 1000), 13: (2, 1), 14: (2, 10)}[rate_code]
        rate = int.from_bytes(head[place : place + length], "big") * unit
        place += length
    if block_size is None or rate_code == 15 or _crc8(head[:place]) != head[place]:
        return None
    return _Frame(number, block_size, rate)


def _crc8(content: bytes) -> int:
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (0x07 if crc & 0x80 else 0)) & 0xFF
    return crc
