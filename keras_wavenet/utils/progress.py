"""A line that says how far a long reading of data is: on a terminal only."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

_Item = TypeVar("_Item")

_PATIENCE = 2.0  # s without a line: most readings are over by then
_INTERVAL = 0.2  # s between two states of the line


def show_progress(
    items: Iterable[_Item], total: int, task: str, stream: TextIO | None = None
) -> Iterator[_Item]:
    """Pass items on, and write how many went by once that takes more than 2 s.

    The line is rewritten in place and removed at the end, whether the items ran out
    or an error stopped them.

    Args:
        items: What is worked through.
        total: Number of items.
        task: What is done, in words, for example `"Reading folder x"`.
        stream: Where the line goes, stderr if None; nothing is written unless it is a
            terminal.
    """
    stream = sys.stderr if stream is None else stream
    if stream is None or not stream.isatty():  # None: a program without a console
        yield from items
        return
    begin = now = time.monotonic()
    due, width = begin + _PATIENCE, 0
    try:
        for done, item in enumerate(items):
            now = time.monotonic()
            if now >= due:
                columns = shutil.get_terminal_size().columns
                line = _line(task, done, total, now - begin)[: columns - 1]
                stream.write("\r" + line.ljust(width))
                stream.flush()
                due, width = now + _INTERVAL, len(line)
            yield item
    finally:
        if width:
            stream.write("\r" + " " * width + "\r")
            stream.flush()


def _line(task: str, done: int, total: int, seconds: float) -> str:
    line = f"{task}: {done} of {total} ({done / max(total, 1):.0%})"
    if done:
        left = round(seconds * (total - done) / done)
        line += f", {left // 60}:{left % 60:02} left"
    return line
