"""The frames of an MP3 file: how many there are, and whether they follow each other.

libsndfile takes the length from the header of the file or, where there is none, guesses
it by the size of the first frame. It reads no further, and passes over what is damaged.
"""

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from keras_wavenet.data.folders.id3 import skip_id3_tag
from keras_wavenet.data.scan import UnusableAudioError

_BITRATES = {  # kbit/s by index, for layer and version (2 stands for 2.5 as well)
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES = {(1, 1): 384, (1, 2): 384, (2, 1): 1152, (2, 2): 1152, (3, 1): 1152}
_RATES = (44_100, 48_000, 32_000)  # Hz, of version 1; half for 2, a quarter for 2.5
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}  # by the two bits of the version
_MARKS = (b"Xing", b"Info")  # in a first frame without audio
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")  # after the audio
_BLOCK = 2**18  # bytes read at a time
_LARGEST_FRAME = 2**12  # bytes
_MOST_NEARBY = 2**16  # bytes in which frames are looked for
_INFO_LENGTH = 192  # bytes that a frame needs to hold the header of a file
_LAME_CRC = 154  # bytes from the header of a file to its checksum, where LAME wrote it


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC_TABLE = tuple(map(_crc_of, range(256)))


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What the four bytes before a frame state.

    Attributes:
        length: Bytes of the frame with its header.
        kind: Samples per channel that it gives, their rate in Hz, layer, and channels.
        side: Bytes between these four and the header of the file in a first frame.
    """

    length: int
    kind: tuple[int, int, int, int]
    side: int


@dataclass(frozen=True, slots=True)
class Mp3Frames:
    """All frames of a file, of which each follows the one before.

    Attributes:
        start: Byte at which the first one begins that holds audio.
        count: How many hold audio.
        stated: Whether a header of the file states their number.
        head: The four bytes before the first one.
    """

    start: int
    count: int
    stated: bool
    head: bytes

    @property
    def is_layer_3(self) -> bool:
        """Whether a header that states their number is known to the decoder."""
        return parse_header(self.head).kind[2] == 3

    def header(self) -> bytes:
        """A frame that states their number, to be read before the first of them."""
        first = int.from_bytes(self.head, "big")
        for index in range(1, 15):
            bits = first & ~0xF200 | 1 << 16 | index << 12  # no checksum, no padding
            head = bits.to_bytes(4, "big")
            frame = parse_header(head)
            if frame.length >= _INFO_LENGTH:
                break
        info = b"Xing" + (1).to_bytes(4, "big") + self.count.to_bytes(4, "big")
        return (head + bytes(frame.side) + info).ljust(frame.length, b"\0")


@lru_cache(maxsize=2**12)
def parse_header(head: bytes) -> FrameHeader | None:
    """Reads the four bytes before a frame; None if they are none."""
    if len(head) < 4:
        return None
    bits = int.from_bytes(head, "big")
    version, layer = bits >> 19 & 3, 4 - (bits >> 17 & 3)
    index, rate = bits >> 12 & 15, bits >> 10 & 3
    if bits >> 21 != 0x7FF or version == 1 or layer == 4 or rate == 3:
        return None
    if not 1 <= index <= 14:  # 0: "free" format, without lengths
        return None
    generation = 1 if version == 3 else 2
    rate = _RATES[rate] // _RATE_DIVISORS[version]
    samples = _SAMPLES.get((layer, generation), 576)
    slot = 4 if layer == 1 else 1  # bytes
    bitrate = 1000 * _BITRATES[layer, generation][index - 1]
    length = (samples * bitrate // (8 * slot * rate) + (bits >> 9 & 1)) * slot
    channels = 1 if bits >> 6 & 3 == 3 else 2
    side = {(1, 1): 17, (1, 2): 32, (2, 1): 9, (2, 2): 17}[generation, channels]
    checksum = 0 if bits >> 16 & 1 else 2
    return FrameHeader(length, (samples, rate, layer, channels), side + checksum)


def read_frames(stream: BinaryIO) -> Mp3Frames:
    """Goes from frame to frame through an MP3 file.

    Args:
        stream: The file, anywhere.

    Raises:
        UnusableAudioError: If frames are damaged or missing, or if there are several
            streams. Where no header of the file states a number of frames, also if
            what is before or after them is neither audio nor a tag.
    """
    tags = skip_id3_tag(stream)
    content = _Window(stream)
    start = _find_frame(content, tags)
    if start is None:
        raise UnusableAudioError("holds no frames of MP3 that follow each other")
    head = content[start : start + 4]
    first = parse_header(head)
    info = content[start : start + first.length]
    has_info, stated = _is_info(info, first), _stated_count(info, first)
    begin = start + first.length if has_info else start
    count, end = _follow(content, begin, first)
    _check_end(content, end, first, stated is not None)
    if stated is None and start > tags:
        raise UnusableAudioError(
            f"damaged: the {start - tags} bytes before its first frame are neither "
            "audio nor a tag"
        )
    if stated is not None and stated != count:
        reason = "truncated" if count < stated else "damaged or several files in one"
        raise UnusableAudioError(
            f"{reason}: its header states {stated} frames, and {count} are there"
        )
    return Mp3Frames(begin, count, stated is not None, head)


class _Window:
    """The bytes of a file, by slices that go forward."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._start, self._bytes, self._is_end = 0, b"", False

    def __getitem__(self, places: slice) -> bytes:
        first = places.start - self._start
        last = places.stop - self._start
        if first < 0 or (last > len(self._bytes) and not self._is_end):
            self._stream.seek(places.start)
            self._start = places.start
            first, last = 0, places.stop - places.start
            self._bytes = self._stream.read(max(last, _BLOCK))
            self._is_end = len(self._bytes) < max(last, _BLOCK)
        return self._bytes[first:last]


def _follow(content: _Window, place: int, first: FrameHeader) -> tuple[int, int]:
    """How many frames follow each other from a byte on, and the byte after the last."""
    lengths, count = _Lengths(first.kind), 0
    info = 4 + first.side
    while True:
        block = content[place : place + _BLOCK]
        may_hold_info = any(mark in block for mark in _MARKS)
        is_end = len(block) < _BLOCK
        at, last = 0, len(block) - (3 if is_end else _LARGEST_FRAME)
        while at < last and (length := lengths[block[at : at + 4]]):
            if may_hold_info and block[at + info : at + info + 4] in _MARKS:
                raise UnusableAudioError(
                    f"holds several MP3 streams, the second from byte {place + at} on. "
                    "Convert it: ffmpeg -i IN.mp3 OUT.wav"
                )
            at += length
            count += 1
        place += at
        if at < last or is_end:
            return count, place


class _Lengths(dict):
    """Bytes of a frame by the four before it; 0 if they begin none of a kind."""

    def __init__(self, kind: tuple[int, int, int, int]):
        self._kind = kind

    def __missing__(self, head: bytes) -> int:
        frame = parse_header(head)
        self[head] = frame.length if frame and frame.kind == self._kind else 0
        return self[head]


def _find_frame(content: _Window, start: int) -> int | None:
    """The first byte, not far from another, at which two frames of a kind begin."""
    nearby = content[start : start + _MOST_NEARBY]
    place = nearby.find(b"\xff")
    while place >= 0:
        frame = parse_header(nearby[place : place + 4])
        if frame:
            after = start + place + frame.length
            following = parse_header(content[after : after + 4])
            if following and following.kind == frame.kind:
                return start + place
        place = nearby.find(b"\xff", place + 1)
    return None


def _check_end(content: _Window, end: int, first: FrameHeader, stated: bool):
    """Check what is after the last frame that follows another."""
    tail = content[end : end + _MOST_NEARBY]
    if not content[end - 1 : end]:
        raise UnusableAudioError("truncated: the end of the last frame is missing")
    for place in itertools.count(end, _MOST_NEARBY):
        lost = _find_frame(content, place)
        if lost is not None or not content[place : place + 1]:
            break
    if lost is not None:
        raise UnusableAudioError(
            f"damaged: the {lost - end} bytes from byte {end} on are no frames of MP3"
        )
    if tail and not stated and not tail.startswith(_TAGS):
        raise UnusableAudioError(
            f"damaged: what is from byte {end} on is neither audio nor a tag"
        )


def _is_info(frame: bytes, header: FrameHeader) -> bool:
    return frame[4 + header.side :][:4] in _MARKS


def _stated_count(frame: bytes, header: FrameHeader) -> int | None:
    """The number of frames by the header of a file, if its first frame is one."""
    info = frame[4 + header.side :]
    if info[:4] not in _MARKS or len(info) < 12 or not info[7] & 1:
        return None
    if info[120:124] == b"LAME" and not _is_intact(frame, header):
        raise UnusableAudioError("damaged: its header is not as it was written")
    return int.from_bytes(info[8:12], "big")


def _is_intact(frame: bytes, header: FrameHeader) -> bool:
    """Whether the header that LAME wrote is as it was: CRC-16 of all before it."""
    end = 4 + header.side + _LAME_CRC
    crc = 0
    for byte in frame[:end]:
        crc = crc >> 8 ^ _CRC_TABLE[crc & 0xFF ^ byte]
    return crc == int.from_bytes(frame[end : end + 2], "big")
