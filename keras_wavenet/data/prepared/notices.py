"""Licences and attributions that lie beside audio, to go with what is made of it."""

import re
from pathlib import Path

_NAMES = re.compile(
    r"(licen[cs]e|copying|attribution|notice|readme)[^.]*(\.md|\.rst|\.txt)?",
    re.IGNORECASE,
)
_LARGEST = 2**16  # bytes: a longer text is named only


def collect_notices(folder: Path) -> str:
    """The texts of a folder that say whose audio it is.

    Args:
        folder: The folder; what lies deeper is not looked at.

    Returns:
        Each file's name and text; "" if there is none.
    """
    paths = (path for path in folder.iterdir() if _NAMES.fullmatch(path.name))
    return "\n\n".join(_read(path) for path in sorted(paths) if path.is_file())


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        return f"{path.name}: see the source of the audio"
    text = path.read_bytes().decode("utf-8", "replace").strip()
    return f"{path.name}:\n\n{text}"
