"""ID3 tags before the audio of a file, which may be larger than the audio."""

from typing import BinaryIO


def skip_id3_tag(stream: BinaryIO) -> int:
    """Goes to the first byte of a file after its ID3v2 tags, and returns its number."""
    end = 0
    while True:
        stream.seek(end)
        header = stream.read(10)
        if header[:3] != b"ID3" or len(header) < 10:
            stream.seek(end)
            return end
        size = 0
        for byte in header[6:]:  # seven bits a byte
            size = size << 7 | byte & 0x7F
        has_footer = header[5] & 0x10
        end += 10 + size + (10 if has_footer else 0)
