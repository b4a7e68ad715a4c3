"""Compiled code on disk is thrown away when one of the files it came from changed.

numba keeps what it compiled beside each function, and looks only at the file of that
function, not at those it calls.
"""

import hashlib
from pathlib import Path

from keras_wavenet.distributions import mixture
from keras_wavenet.generation.engines.cpu import loop

STAMP = "keras_wavenet_cpu_engine.txt"


def remove_stale_code():
    """Remove what was compiled from other sources than those of today.

    A folder that cannot be written holds nothing of ours.
    """
    folder = _folder()
    if folder is None:
        return
    sources = sorted(Path(__file__).parent.glob("*.py"))
    constants = Path(mixture.__file__)  # numbers of which are compiled in
    content = b"".join(path.read_bytes() for path in [*sources, constants])
    today = hashlib.sha256(content).hexdigest().encode()
    stamp = folder / STAMP
    try:
        if stamp.is_file() and stamp.read_bytes() == today:
            return
        for path in sources:
            for compiled in folder.glob(f"{path.stem}.*.nb[ci]"):
                compiled.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_bytes(today)
    except OSError:
        return


def _folder():
    """Where numba keeps what it compiled; `None` where no folder can be written."""
    path = loop.speak.stats.cache_path
    return None if path is None else Path(path)
