"""The pages of an Ogg file: whether all of them are there, each as it was written.

libsndfile decodes what it finds of a damaged file, and reads the first of several
streams. Each page has a checksum, a number, and the number of its stream: no damage
passes them (RFC 3533).
"""

import struct
import zlib
from typing import BinaryIO

from keras_wavenet.data.folders.id3 import skip_id3_tag
from keras_wavenet.data.folders.second_recording import check_alone
from keras_wavenet.data.scan import UnusableAudioError

_CAPTURE = b"OggS"
_HEADER = struct.Struct("<4sBBqIIIB")  # up to the number of segments
_CHECKSUM = slice(22, 26)
_IS_FIRST, _IS_LAST = 2, 4
_UNSTATED = -1  # position of a page in which no packet ends
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def check_pages(stream: BinaryIO) -> None:
    """Checks the pages of an Ogg file from the first to the last.

    Bytes that follow the last page are tags, and do no harm.

    Args:
        stream: The file, anywhere.

    Raises:
        UnusableAudioError: If a page is damaged or missing, if the last one is not
            marked as such, if positions go back, or if there are several recordings.
    """
    skip_id3_tag(stream)
    pages, serial, flags, reached = 0, None, 0, 0
    while not flags & _IS_LAST:
        page = _read_page(stream)
        _, _, flags, position, stream_number, number, _, _ = _HEADER.unpack_from(page)
        if pages == 0:
            serial = stream_number
        elif stream_number != serial:
            raise UnusableAudioError(
                "holds several Ogg streams at the same time, of which only one would "
                "be read. Convert it: ffmpeg -i IN.ogg OUT.wav"
            )
        if number != pages or bool(flags & _IS_FIRST) != (pages == 0):
            raise UnusableAudioError(f"damaged: page {pages} of Ogg is missing")
        if position != _UNSTATED:
            _check_position(position, reached, pages)
            reached = position
        pages += 1
    if position == _UNSTATED and len(page) > _HEADER.size + page[_HEADER.size - 1]:
        raise UnusableAudioError("damaged: the last page of Ogg states no length")
    check_alone(stream, stream.tell())


def _check_position(position, reached, page):
    """Check a position: decoders cut off what is after that of the last page."""
    if position < reached:
        raise UnusableAudioError(
            f"damaged: page {page} of Ogg ends at sample {position}, before {reached}, "
            "where an earlier one ends"
        )


def _read_page(stream: BinaryIO) -> bytes:
    """The page that begins here, if it is as it was written."""
    start = stream.tell()
    header = stream.read(_HEADER.size)
    if not header:
        raise UnusableAudioError("truncated: the end of the Ogg stream is missing")
    if not header.startswith(_CAPTURE[: len(header)]):
        raise UnusableAudioError(f"damaged: byte {start} begins no page of Ogg")
    sizes = stream.read(header[-1])
    body = stream.read(sum(sizes))
    if (len(header), len(sizes), len(body)) != (_HEADER.size, header[-1], sum(sizes)):
        raise UnusableAudioError(
            f"truncated: the end of the Ogg page at byte {start} is missing"
        )
    page = header + sizes + body
    if _checksum(page) != int.from_bytes(page[_CHECKSUM], "little"):
        raise UnusableAudioError(
            f"damaged: the Ogg page at byte {start} is not as it was written"
        )
    return page


def _checksum(page: bytes) -> int:
    """CRC-32 as Ogg has it: highest bit first, from zero, its own field as zeros.

    zlib's is the same polynomial with the lowest bit first: both agree where the bits
    of each byte, and those of the result, are reversed.
    """
    blank = page[: _CHECKSUM.start] + bytes(4) + page[_CHECKSUM.stop :]
    crc = zlib.crc32(blank.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(crc.to_bytes(4, "little").translate(_REVERSED), "big")
