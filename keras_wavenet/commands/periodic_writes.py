"""Files that are written again and again while their content grows."""

import time
import warnings
from collections.abc import Callable

# Part of the time that writing may take. The whole file is written each time: for a
# fixed interval, hours of audio would spend ever more on it.
MOST_SHARE = 0.05


class PeriodicWrites:
    """Write what there is so far, every so many seconds.

    An error of the system, such as a full disk, is a warning, once: the work goes on,
    and the next write is tried when it is due.

    Args:
        write: Writes all content so far, whole.
        seconds: Least time between the starts of two writes. It grows so that writing
            takes at most `MOST_SHARE` of the time.

    Example:
        >>> writes = PeriodicWrites(lambda: write_wav(path, join(chunks), rate), 30)
        >>> for chunk in stream:
        ...     chunks.append(chunk)
        ...     writes.update()
    """

    def __init__(self, write: Callable[[], None], seconds: float) -> None:
        self._write = write
        self._seconds = seconds
        self._due = time.monotonic() + seconds
        self._has_failed = False

    def update(self) -> None:
        """Write, if it is due."""
        started = time.monotonic()
        if started < self._due:
            return
        try:
            self._write()
        except OSError as error:
            if not self._has_failed:
                self._has_failed = True
                warnings.warn(
                    f"What there is so far could not be written: {error}. The work "
                    "goes on, and so do the attempts.",
                    stacklevel=2,
                )
        taken = time.monotonic() - started
        self._due = started + max(self._seconds, taken / MOST_SHARE)
