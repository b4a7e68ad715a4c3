"""Removal of compiled code on disk when one of its source files changed.

numba caches the code of each function, and checks only the file of that function, not
those of the functions it calls.
"""

import hashlib
from pathlib import Path

from keras_wavenet.distributions import mixture
from keras_wavenet.generation.engines.cpu import loop

STAMP = "keras_wavenet_cpu_engine.txt"


def remove_stale_code() -> None:
    """Remove code that was compiled from other sources than the current ones.

    A folder that is not writable has no such code.
    """
    folder = _folder()
    if folder is None:
        return
    sources = sorted(Path(__file__).parent.glob("*.py"))
    constants = Path(mixture.__file__)  # constants are compiled in
    content = b"".join(path.read_bytes() for path in [*sources, constants])
    current = hashlib.sha256(content).hexdigest().encode()
    stamp = folder / STAMP
    try:
        if stamp.is_file() and stamp.read_bytes() == current:
            return
        for path in sources:
            for compiled in folder.glob(f"{path.stem}.*.nb[ci]"):
                compiled.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_bytes(current)
    except OSError:
        return


def _folder():
    """The cache folder of numba; `None` where no folder is writable."""
    path = loop.generate.stats.cache_path
    return None if path is None else Path(path)
