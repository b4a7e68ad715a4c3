"""Ctrl-C that takes effect between two pieces of work."""

import signal


class Interruption:
    """Remembers Ctrl-C until `check` is called; a second one takes effect at once.

    `KeyboardInterrupt` raised anywhere can be lost: a framework that runs Python from
    its own code, such as a callback of the garbage collector, drops what is raised
    there. It could also end a save half-way.

    Example:
        >>> with Interruption() as interruption:
        ...     for piece in work:
        ...         piece()
        ...         interruption.check()
    """

    def __init__(self):
        self._asked_for = False
        self._previous = None

    def __enter__(self):
        # Where Ctrl-C is ignored, as in the background of a shell, it stays ignored.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._previous = signal.signal(signal.SIGINT, self._remember)
        return self

    def __exit__(self, *failure):
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if it was asked for."""
        if self._asked_for:
            raise KeyboardInterrupt

    def _remember(self, signal_number, frame):
        if self._asked_for:
            raise KeyboardInterrupt
        self._asked_for = True
