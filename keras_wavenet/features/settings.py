"""Checks of the settings of features.

Settings may come from a preset of unknown origin: each has bounds, so that none can
exhaust the machine's memory or time.
"""

MOST_RATE = 10**6  # Hz
MOST_HOP = 10**5  # samples
MOST_FFT = 2**16  # samples
MOST_MELS = 1024


def integer(least: int, most: int, **settings: int) -> None:
    """Check that every setting is an integer from `least` to `most`."""
    for name, value in settings.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not least <= value <= most:
            raise ValueError(
                f"`{name}` must be an integer from {least:,} to {most:,}. "
                f"Received: {name}={_short(value)}"
            )


def number(least: float, most: float, **settings: float) -> None:
    """Check that every setting is an integer or a float from `least` to `most`."""
    for name, value in settings.items():
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not least <= value <= most:  # NaN is refused, too
            raise ValueError(
                f"`{name}` must be a number from {least:g} to {most:g}. "
                f"Received: {name}={_short(value)}"
            )


def one_of(known: tuple, **settings: object) -> None:
    """Check that every setting equals a known value of the same type."""
    for name, value in settings.items():
        same = [one for one in known if type(one) is type(value) and one == value]
        if not same:
            listing = ", ".join(map(repr, known))
            raise ValueError(
                f"`{name}` must be one of {listing}. Received: {name}={_short(value)}"
            )


def _short(value) -> str:
    return repr(value)[:80]
