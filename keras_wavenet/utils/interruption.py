"""Ctrl-C, and SIGTERM, that take effect between two pieces of work."""

import signal


class Terminated(KeyboardInterrupt):
    """SIGTERM: what machines send that are about to shut down, and job schedulers."""


class Interruption:
    """Remembers Ctrl-C or SIGTERM until `check` is called; a second acts at once.

    `KeyboardInterrupt` raised anywhere can be lost: a framework that runs Python from
    its own code, such as a callback of the garbage collector, drops what is raised
    there. It could also end a save half-way.

    Attributes:
        asked_for: Whether one has come.

    Example:
        >>> with Interruption() as interruption:
        ...     for piece in work:
        ...         piece()
        ...         interruption.check()
    """

    def __init__(self):
        self._received = None
        self._previous = {}

    def __enter__(self):
        # Where one is ignored, as Ctrl-C in the background of a shell, it stays so.
        for number, default in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
        ):
            if signal.getsignal(number) is default:
                self._previous[number] = signal.signal(number, self._remember)
        return self

    def __exit__(self, *failure):
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    @property
    def asked_for(self) -> bool:
        return self._received is not None

    def check(self) -> None:
        """Raise `KeyboardInterrupt` or `Terminated` if it was asked for."""
        if self._received is not None:
            raise Terminated if self._received == signal.SIGTERM else KeyboardInterrupt

    def _remember(self, signal_number, frame):
        second = self.asked_for
        self._received = signal_number
        if second:
            self.check()
