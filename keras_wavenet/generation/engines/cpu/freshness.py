"""Compiled code on disk is thrown away when one of the files it came from changed.

numba keeps what it compiled beside each function, and looks only at the file of that
function, not at those it calls.
"""

import hashlib
from pathlib import Path

from keras_wavenet.generation.engines.cpu import loop

_STAMP = "keras_wavenet_cpu_engine.txt"


def remove_stale_code():
    """Remove what was compiled from other sources than those of today.

    Where no folder can be written, nothing was kept.
    """
    if loop.speak.stats.cache_path is None:
        return
    sources = sorted(Path(__file__).parent.glob("*.py"))
    today = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    folder = Path(loop.speak.stats.cache_path)
    stamp = folder / _STAMP
    try:
        if stamp.is_file() and stamp.read_text("utf-8") == today:
            return
        for path in sources:
            for compiled in folder.glob(f"{path.stem}.*.nb[ci]"):
                compiled.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(today, "utf-8")
    except OSError:
        return
