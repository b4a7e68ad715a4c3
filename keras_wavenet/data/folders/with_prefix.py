"""A file that begins with other bytes than the ones that are there."""

import io
import os
from typing import BinaryIO


class WithPrefix(io.RawIOBase):
    """Some bytes, and then those of a file from one of its bytes on; to be read.

    Args:
        prefix: The bytes that come first.
        stream: The file; it stays open.
        start: Number of the byte of the file that follows the prefix.
    """

    def __init__(self, prefix: bytes, stream: BinaryIO, start: int):
        super().__init__()
        self._prefix, self._stream, self._start = prefix, stream, start
        self._place = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._place

    def seek(self, offset, whence=os.SEEK_SET):
        if whence == os.SEEK_CUR:
            offset += self._place
        elif whence == os.SEEK_END:
            end = self._stream.seek(0, os.SEEK_END)
            offset += len(self._prefix) + end - self._start
        self._place = max(offset, 0)
        return self._place

    def readinto(self, buffer):
        count = len(buffer)
        content = self._prefix[self._place : self._place + count]
        if len(content) < count:
            after = self._place + len(content) - len(self._prefix)
            self._stream.seek(self._start + after)
            content += self._stream.read(count - len(content))
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)
