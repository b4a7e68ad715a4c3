"""Text from files, as it may be shown: escaped, and of bounded length.

Names and descriptions come with presets and recordings of strangers. A terminal acts
on control characters, and some of them hide or reorder the text around them.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

NAMES = 10  # of many, that are shown
LETTERS = 60  # of one name
MOST_LETTERS = 2000  # of a text of several lines

# Control characters, formatting, lone surrogates (bytes that are not UTF-8), and the
# line separators that only some programs know.
_ESCAPED = ("Cc", "Cf", "Cs", "Zl", "Zp")
_KEPT = "\n\t\u200c\u200d"  # the last two join letters of several scripts
_CODE_OR_TAG = re.compile(r"(`[^`]*`)|<(?=[A-Za-z/!?])(?!https?://)")


def escaped(text: str) -> str:
    """The text with `\\x1b` in place of a control character; line breaks remain."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_escaped_character, text))


def bounded(text: str, most: int = MOST_LETTERS) -> str:
    """The text, or the start of a long one, with line breaks as they are."""
    return text if len(text) <= most else f"{text[:most]}..."


def shown(text: Any, most: int = LETTERS) -> str:
    """A text in one line: escaped, and the start of a long one.

    Args:
        text: The text; something else is shown as `str` gives it.
        most: Letters of it.
    """
    text = str(text)
    return escaped(bounded(text, most)).replace("\n", "\\n").replace("\t", "\\t")


def listed(names: Sequence[Any], most: int = NAMES) -> str:
    """Some names with commas between, and how many more there are."""
    some = ", ".join(map(shown, names[:most]))
    more = len(names) - most
    return f"{some} and {more} more" if more > 0 else some


def without_tags(text: str) -> str:
    """The text as Markdown shows it whole: `&lt;` in place of the `<` of HTML.

    Code between backticks remains, and so do links such as `<https://keras.io>`.
    """
    return _CODE_OR_TAG.sub(lambda found: found[1] or "&lt;", text)


def _escaped_character(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _ESCAPED:
        return character
    return character.encode("unicode_escape").decode()
