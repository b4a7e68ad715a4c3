"""What the decoder of MP3 prints by itself: caught, and never on the terminal.

libmpg123 writes notes and errors to the `stderr` of the C library, and libsndfile does
not pass on whether there were any. While such a file is decoded, that variable points
to a file of ours. What Python writes, tracebacks of crashes included, goes to the file
descriptor, which stays as it is. Only glibc and macOS have the variable: elsewhere the
lines are neither caught nor known.
"""

import contextlib
import ctypes
import os
import platform
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

_Result = TypeVar("_Result")


class DecoderMessages:
    """Catches what C libraries print to `stderr`, for any number of threads at once."""

    def __init__(self):
        self._changed = threading.Condition()
        self._users, self._is_taken = 0, False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget_users)

    def _forget_users(self):
        """Begin anew in a forked process, which has none of the other threads."""
        self._changed = threading.Condition()
        self._is_taken = False
        if self._users:
            self._users = 1
            with self._changed:
                self._leave()

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """A context in which nothing is printed; several threads may be in it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_taken)
            self._enter()
        try:
            yield
        finally:
            with self._changed:
                self._leave()

    def errors_of(self, decode: Callable[[], _Result]) -> tuple[_Result, list[str]]:
        """Calls a function, and returns its result and the errors that it caused.

        Where something was printed while several threads were decoding, it is called
        again, alone, to know whose it was.
        """
        with self.caught():
            before = self._size()
            result = decode()
            if self._size() == before:
                return result, []
        with self._alone():
            before = self._size()
            result = decode()
            return result, self._errors_after(before)

    @contextlib.contextmanager
    def _alone(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._is_taken)
            self._is_taken = True
            self._changed.wait_for(lambda: not self._users)
            self._enter()
        try:
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._leave()

    def _enter(self):
        if self._users == 0 and self._stderr is not None:
            self._usual = self._stderr.value
            self._stderr.value = self._sink
        self._users += 1

    def _leave(self):
        self._users -= 1
        if self._users == 0 and self._stderr is not None:
            self._stderr.value = self._usual
            os.ftruncate(self._file.fileno(), 0)
        self._changed.notify_all()

    @cached_property
    def _stderr(self) -> ctypes.c_void_p | None:
        """The variable of the C library; None where it is a constant or a macro."""
        if platform.libc_ver()[0] == "glibc":
            return ctypes.c_void_p.in_dll(ctypes.CDLL(None), "stderr")
        if platform.system() == "Darwin":
            return ctypes.c_void_p.in_dll(ctypes.CDLL(None), "__stderrp")
        return None

    @cached_property
    def _file(self):
        if hasattr(os, "memfd_create"):  # in memory: no disk is needed to read audio
            return os.fdopen(os.memfd_create("decoder messages"), "w+b")
        return tempfile.TemporaryFile()

    @cached_property
    def _sink(self) -> int:
        """A `FILE *` of C that writes to `_file` at once."""
        library = ctypes.CDLL(None)
        library.fdopen.restype = ctypes.c_void_p
        sink = library.fdopen(os.dup(self._file.fileno()), b"a")
        library.setbuf(ctypes.c_void_p(sink), None)
        return sink

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _errors_after(self, start: int) -> list[str]:
        text = os.pread(self._file.fileno(), 2**16, start).decode("ascii", "replace")
        parts = (line.partition(" error: ") for line in text.splitlines())
        return [message.strip() for _, error, message in parts if error]


MESSAGES = DecoderMessages()
