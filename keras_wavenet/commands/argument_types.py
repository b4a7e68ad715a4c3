"""Numbers on the command line that must lie in a range, and paths."""

import argparse
import functools
from collections.abc import Callable
from pathlib import Path

from keras_wavenet.utils.paths import expand_home


def positive_int(text: str) -> int:
    """An integer of at least 1."""
    return integer_from(1)(text)


def natural_int(text: str) -> int:
    """An integer of at least 0."""
    return integer_from(0)(text)


def integer_from(least: int) -> Callable[[str], int]:
    """The type of integers of at least `least`."""
    return functools.partial(
        _checked,
        kind=int,
        fits=lambda value: value >= least,
        expected=f"an integer of at least {least}",
    )


def positive_float(text: str) -> float:
    """A finite number above 0."""
    return _checked(
        text, float, lambda value: 0 < value < float("inf"), "a number above 0"
    )


def share(text: str) -> float:
    """A number above 0 and below 1."""
    return _checked(
        text, float, lambda value: 0 < value < 1, "a number between 0 and 1"
    )


def file_path(text: str) -> Path:
    """The path of a file or folder; `~` is the home folder."""
    return Path(address(text))


def address(text: str) -> str:
    """Likewise as text, which may also be an address such as `gs://bucket`."""
    try:
        return expand_home(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _checked(text, kind, fits, expected):
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not fits(value):
        raise argparse.ArgumentTypeError(f"must be {expected}. Received: {text}")
    return value
