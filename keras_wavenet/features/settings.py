"""What features ask of their settings, said in one way.

A preset, and with it the settings, may come from a stranger: each has bounds, so that
none can take the machine down.
"""

import dataclasses

MOST_RATE = 10**6  # Hz
MOST_HOP = 10**5  # samples
MOST_FFT = 2**16  # samples
MOST_BANDS = 1024


def integer(least: int, most: int, **settings):
    """Every setting is an integer from `least` to `most`."""
    for name, value in settings.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not least <= value <= most:
            raise ValueError(
                f"`{name}` must be an integer from {least:,} to {most:,}. "
                f"Received: {name}={_short(value)}"
            )


def number(least: float, most: float, **settings):
    """Every setting is an integer or a float from `least` to `most`."""
    for name, value in settings.items():
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not least <= value <= most:  # NaN is not, either
            raise ValueError(
                f"`{name}` must be a number from {least:g} to {most:g}. "
                f"Received: {name}={_short(value)}"
            )


def one_of(known: tuple, **settings):
    """Every setting is one of those that are known."""
    for name, value in settings.items():
        same = [one for one in known if type(one) is type(value) and one == value]
        if not same:
            listing = ", ".join(map(repr, known))
            raise ValueError(
                f"`{name}` must be one of {listing}. Received: {name}={_short(value)}"
            )


def config_of(part) -> dict:
    """The config of a part: its name and its settings, plain JSON."""
    return {"name": part.name, **dataclasses.asdict(part)}


def _short(value) -> str:
    return repr(value)[:80]
