"""An extension of griffe: what it does not know of our docstrings."""

import itertools
import re

import griffe

SECTIONS = {
    "Example:": "Examples:",
    "Call arguments:": "Other args: Call arguments",
}
_SEVERAL = re.compile(r"    (\w+(?:, \w+)+): .*")  # arguments that one line describes


class Docstrings(griffe.Extension):
    """Renames sections, and describes each argument in a line of its own."""

    def on_object(self, *, obj, **_):
        if obj.docstring is not None:
            obj.docstring.value = rewritten(obj.docstring.value)


def rewritten(docstring: str) -> str:
    """A docstring as griffe reads it.

    Example:
        >>> rewritten("Args:\\n    a, b: Channels.")
        'Args:\\n    a: Channels.\\n    b: Channels.'
    """
    lines = [SECTIONS.get(line, line) for line in docstring.splitlines()]
    found: list[str] = []
    while lines:
        several = _SEVERAL.fullmatch(lines[0])
        if not several:
            found.append(lines.pop(0))
            continue
        first, *rest = lines
        more = list(itertools.takewhile(lambda line: line.startswith(" " * 8), rest))
        for name in several[1].split(", "):
            found += [first.replace(several[1], name, 1), *more]
        lines = rest[len(more) :]
    return "\n".join(found)
