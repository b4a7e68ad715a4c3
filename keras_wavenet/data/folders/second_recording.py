"""Whether another recording follows the first one of a file, of which it alone is read.

Such files come from interrupted downloads, from radios, and from `cat a.flac b.flac`.
"""

import re
from collections.abc import Collection
from typing import BinaryIO

from keras_wavenet.data.scan import UnusableAudioError

# By the first bytes of a file: how it goes on, so that no audio looks like it.
_BEGINNINGS = {
    mark: re.compile(re.escape(mark) + goes_on, re.DOTALL)
    for mark, goes_on in {
        b"OggS": rb"\x00[\x00-\x07]",
        b"fLaC": rb"[\x00\x80]\x00\x00\x22",
        b"RIFF": rb".{4}WAVE",
        b"RF64": rb".{4}WAVE",
        b"FORM": rb".{4}AIF[CF]",
        b"caff": rb"\x00\x01\x00\x00",
        b".snd": rb"\x00\x00.{3}",
        b"NIST_1A\n": rb"",
        b"Creative Voice File\x1a": rb"",
        b"riff.\x91\xcf\x11\xa5\xd6": rb"",  # W64
    }.items()
}
_LONGEST = 32  # bytes of a beginning
_BLOCK = 2**17  # bytes read at a time


def check_alone(
    stream: BinaryIO, start: int, marks: Collection[bytes] = tuple(_BEGINNINGS)
) -> None:
    """Searches a file for the beginning of another one.

    Args:
        stream: The file, anywhere.
        start: The first byte that is searched.
        marks: First bytes of the files that are searched for.

    Raises:
        UnusableAudioError: If there is one.
    """
    stream.seek(start)
    kept = b""
    while block := stream.read(_BLOCK):
        content = kept + block if kept else block
        for mark in marks:
            place = content.find(mark)
            while place >= 0:
                if _BEGINNINGS[mark].match(content, place):
                    raise UnusableAudioError(
                        "holds several recordings one after the other, of which only "
                        "one would be read. Split or convert it: ffmpeg -i IN OUT.wav"
                    )
                place = content.find(mark, place + 1)
        kept = content[-_LONGEST:]


def check_not_repeated(stream: BinaryIO) -> None:
    """Searches a file for the beginning of another one of its own format."""
    stream.seek(0)
    first = stream.read(_LONGEST)
    check_alone(stream, 1, [mark for mark in _BEGINNINGS if first.startswith(mark)])
