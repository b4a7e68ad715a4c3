"""The page: one HTML file that holds the model, the loop and the scripts.

A page that is a file on the disk may load neither modules nor other files: all of it is
inside, arrays and WebAssembly as base64, the worker as text. The policy names the one
script and the one style sheet by their digests and refuses every request.
"""

import base64
import hashlib
import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.pages.style import STYLE

_FOLDER = Path(__file__).parent
LOOP, RELAXED_LOOP = "loop/loop.wasm", "loop/loop_relaxed.wasm"
# Each group is joined in this order: a script uses those above it.
WORKER = (
    *("loop", "frames", "conditions", "noise", "filter"),
    *("fourier", "mel", "prediction", "voice", "worker"),
)
SCRIPTS = ("wav", "player", "recorder", "drawing", "model", "knobs", "main")
_STRICT = '"use strict";\n'
_ALIGNMENT = 8  # bytes, of the first number of an array


def make_page(
    settings: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    texts: Mapping[str, str],
) -> str:
    """The HTML of the page.

    Args:
        settings: JSON that the scripts read.
        arrays: Arrays by name, of float32, float64 or int32.
        texts: HTML that goes to the places of its names in page.html; see `texts.py`.
    """
    table, content = _joined(arrays)
    style = STYLE + _read("page/page.css")
    script = _script("page", SCRIPTS)
    model = json.dumps({"settings": settings, "table": table})
    return string.Template(_read("page/page.html")).substitute(
        texts,
        policy=_policy(script, style),
        style=style,
        script=script,
        worker=_script("worker", WORKER),
        model=model.replace("<", "\\u003c"),  # a name must not end the element
        weights=_base64(content),
        loop=_base64((_FOLDER / LOOP).read_bytes()),
        loop_relaxed=_base64((_FOLDER / RELAXED_LOOP).read_bytes()),
    )


def _joined(arrays):
    """The kind, the first byte and the length of each array, and all their bytes."""
    table, content = {}, bytearray()
    for name, array in arrays.items():
        content += bytes(-len(content) % _ALIGNMENT)
        table[name] = [str(array.dtype), len(content), array.size]
        content += np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return table, bytes(content)


def _script(folder, names):
    """Scripts joined, each of which begins with its mode."""
    parts = [_read(f"{folder}/{name}.js").replace(_STRICT, "") for name in names]
    return "\n".join([_STRICT, *parts])


def _policy(script, style):
    return (
        f"default-src 'none'; script-src '{_digest(script)}' 'wasm-unsafe-eval'; "
        f"style-src '{_digest(style)}'; worker-src blob:; base-uri 'none'; "
        "form-action 'none'"
    )


def _digest(text):
    return f"sha256-{_base64(hashlib.sha256(text.encode()).digest())}"


def _base64(content):
    return base64.b64encode(content).decode("ascii")


def _read(name):
    return (_FOLDER / name).read_text(encoding="utf-8")
