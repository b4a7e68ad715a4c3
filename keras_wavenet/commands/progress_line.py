"""A line on the terminal that says how much audio is done, and how much is left."""

import sys
import time
from collections.abc import Mapping

_INTERVAL = 0.2  # s between two states of the line


class ProgressLine:
    """Clips and hours done, rewritten in place and removed at the end.

    It is drawn on stderr, and only if that is a terminal.

    Args:
        splits: The `ClipSource` of each split, for what there is to do.
    """

    def __init__(self, splits: Mapping):
        self._clips = sum(len(source) for source in splits.values())
        self._seconds = sum(source.report.seconds for source in splits.values())
        self._begin = time.monotonic()
        self._due = self._begin
        self._width = 0

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self._width:
            self._write("")

    def show(self, clips: int, seconds: float) -> None:
        """Draw the line, unless it was drawn a moment ago.

        Args:
            clips: Clips that are done.
            seconds: Seconds of audio that are done.
        """
        now = time.monotonic()
        if now < self._due or not seconds or not sys.stderr.isatty():
            return
        self._due = now + _INTERVAL
        share = seconds / self._seconds
        left = round((now - self._begin) * (1 - share) / share)
        self._write(
            f"{clips:,} of {self._clips:,} clips, {seconds / 3600:.2f} of "
            f"{self._seconds / 3600:.2f} h ({share:.0%}), {left // 60}:{left % 60:02} "
            "left"
        )

    def _write(self, line: str):
        sys.stderr.write("\r" + line.ljust(self._width))
        if not line:
            sys.stderr.write("\r")
        sys.stderr.flush()
        self._width = len(line)
