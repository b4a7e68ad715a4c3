"""Licences and attributions that lie beside audio, to go with what is made of it."""

import re
from pathlib import Path
from typing import Any

from keras_wavenet.data.prepared.layout import is_prepared
from keras_wavenet.data.prepared.plan import read_plan

_NAMES = re.compile(
    r"(licen[cs]e|copying|attribution|notice|readme)[^.]*(\.md|\.rst|\.txt)?",
    re.IGNORECASE,
)
_LARGEST = 2**16  # bytes: a longer text is named only


def collect_notices(origin: Any) -> str:
    """The words that say whose audio it is.

    Args:
        origin: A folder, at the top of which such files may lie, a prepared dataset, or
            the builder of a tfds dataset.

    Returns:
        Each file's name and text, or the dataset's description; "" if there is none.
    """
    if not isinstance(origin, Path):
        info = origin.info
        licence = info.redistribution_info.license
        return "\n\n".join(filter(None, [info.description, licence]))
    if is_prepared(origin):
        return read_plan(origin).description
    paths = (path for path in origin.iterdir() if _NAMES.fullmatch(path.name))
    return "\n\n".join(_read(path) for path in sorted(paths) if path.is_file())


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        return f"{path.name}: see the source of the audio"
    text = path.read_bytes().decode("utf-8", "replace").strip()
    return f"{path.name}:\n\n{text}"
