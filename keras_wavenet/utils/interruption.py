"""Ctrl-C and SIGTERM that take effect between two pieces of work."""

import signal
import time


class Terminated(KeyboardInterrupt):
    """SIGTERM, sent at a shutdown and by job schedulers."""


class Interruption:
    """Defers Ctrl-C or SIGTERM until `check` is called; a second one acts at once.

    A `KeyboardInterrupt` raised at any point can be lost: exceptions in Python code
    called by native code, such as a callback of the garbage collector, are dropped. It
    could also end a save half-way.

    Args:
        *signals: Those that are deferred; none given are `SIGINT` and `SIGTERM`.
        repeated_within: Seconds after the first one in which another is the same: a
            launcher passes on the Ctrl-C that its processes have had already.

    Attributes:
        is_pending: Whether a signal was received.
        received: Its number; 0 for none.

    Example:
        >>> with Interruption() as interruption:
        ...     for piece in work:
        ...         piece()
        ...         interruption.check()
    """

    def __init__(self, *signals: signal.Signals, repeated_within: float = 0.0):
        self._signals = signals or (signal.SIGINT, signal.SIGTERM)
        self.received = 0
        self._repeated_within = repeated_within
        self._first_time = 0.0
        self._previous = {}

    def __enter__(self):
        # An ignored signal stays ignored, such as Ctrl-C in the background of a shell.
        for number, default in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
        ):
            if number in self._signals and signal.getsignal(number) is default:
                self._previous[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *failure):
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    @property
    def is_pending(self) -> bool:
        return self.received != 0

    def check(self) -> None:
        """Raise `KeyboardInterrupt` or `Terminated` if a signal was received."""
        if self.received:
            raise Terminated if self.received == signal.SIGTERM else KeyboardInterrupt

    def _receive(self, signal_number, frame):
        now = time.monotonic()
        if not self.is_pending:
            self.received, self._first_time = signal_number, now
        elif now - self._first_time >= self._repeated_within:
            self.received = signal_number
            self.check()
