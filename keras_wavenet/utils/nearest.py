"""The name nearest to one that does not exist, for errors."""

import difflib
from collections.abc import Iterable
from typing import Any

_CUTOFF = 0.6  # a looser one takes unrelated words for slips: nosuch, wavenet_speech
_LETTERS = 100  # compared: the time grows with their square


def nearest(name: Any, known: Iterable[Any]) -> str | None:
    """The known name most like a given one, whatever the case of its letters.

    Args:
        name: What was given; anything but a string is like no name.
        known: Names that exist; others than strings are left out.

    Returns:
        The name, or None where none is similar.
    """
    if not isinstance(name, str):
        return None
    by_letters = {one[:_LETTERS].lower(): one for one in known if isinstance(one, str)}
    near = difflib.get_close_matches(name[:_LETTERS].lower(), by_letters, 1, _CUTOFF)
    return by_letters[near[0]] if near else None


def did_you_mean(name: Any, known: Iterable[Any]) -> str:
    """The end of an error: `; did you mean 'train'?`, or nothing."""
    near = nearest(name, known)
    return "" if near is None else f"; did you mean {near!r}?"
