"""In which values two runs differ, in words."""

from collections.abc import Mapping
from typing import Any

from keras_wavenet.training.fingerprint import TOLERANCES, same_measurement

LONGEST_VALUE = 80  # letters of a setting that an error shows
# What is a digest, or a sum, says nothing to a reader.
_IN_WORDS = {
    "data.names_and_lengths": "the names or lengths of the clips have changed",
    "data.speakers_and_tags": "the speakers or tags of the clips have changed",
    "data.frames": "the frames of the clips have changed",
    **dict.fromkeys(
        (f"data.audio.{name}" for name in TOLERANCES),
        "the audio of the clips has changed",
    ),
}


def differences(
    was: Mapping[str, Any], now: Mapping[str, Any], prefix: str = ""
) -> list[str]:
    """The values that are not equal, one line each, by name.

    A name that only one of them has is of another version, and is left out.
    """
    lines = []
    for name in sorted(set(was) & set(now)):
        lines += _compare(f"{prefix}{name}", was[name], now[name])
    return list(dict.fromkeys(lines))


def _compare(path: str, was: Any, now: Any) -> list[str]:
    if was == now:
        return []
    if path.startswith("data.audio.") and path in _IN_WORDS:
        same = same_measurement(path.rpartition(".")[2], was, now)
        return [] if same else [_IN_WORDS[path]]
    if path in _IN_WORDS:
        return [_IN_WORDS[path]]
    if _are(dict, was, now) and was.get("class_name") == now.get("class_name"):
        return differences(was, now, f"{path}.")
    if _are(list, was, now) and len(was) == len(now) and _are(dict, *was, *now):
        lines = []
        for place, pair in enumerate(zip(was, now, strict=True)):
            lines += _compare(f"{path}[{place}]", *pair)
        return lines
    one, other = _show(was), _show(now)
    start = _first_difference(one, other)
    return [f"{path}: was {_cut(one, start)}, is {_cut(other, start)}"]


def _are(kind: type, *values: Any) -> bool:
    return all(isinstance(value, kind) for value in values)


def _show(value: Any) -> str:
    """A value as a text; of an object that Keras serialized, its class."""
    if isinstance(value, dict) and "class_name" in value:
        return str(value["class_name"])
    return str(value)


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), 0)


def _cut(text: str, start: int) -> str:
    """A text, or a part of a long one that begins a little before a place."""
    if len(text) <= LONGEST_VALUE:
        return text
    first = max(start - LONGEST_VALUE // 2, 0)
    part = text[first : first + LONGEST_VALUE]
    before, after = "..." * (first > 0), "..." * (first + LONGEST_VALUE < len(text))
    return f"{before}{part}{after}"
