"""Which backend Keras computes with, chosen before Keras is imported."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from keras_wavenet.utils.extras import is_installed
from keras_wavenet.utils.input_file import read_json

BACKENDS = ("jax", "torch", "tensorflow")  # in the order of preference
# Keras imports these if they are installed, for wrappers and galleries that no command
# has, which takes as long as the rest of Keras. JAX, on another backend, is for Orbax.
_UNUSED_BY_COMMANDS = ("matplotlib", "sklearn")
_LARGEST = 2**20  # bytes of keras.json


def import_keras(backend: str | None = None) -> str:
    """Import Keras with the requested backend, or with an installed one.

    Args:
        backend: Name of a Keras backend. `None` takes the first of: the variable
            `KERAS_BACKEND`, the user's `keras.json`, what is installed. Where Keras
            has been imported already, it must be the backend that it runs on.

    Returns:
        The name of the backend.

    Raises:
        ImportError: If the requested backend is unknown or not installed, or none is.
    """
    requested = backend or os.environ.get("KERAS_BACKEND")
    if requested and not is_installed(requested):
        if requested not in BACKENDS:
            raise ImportError(
                f"The Keras backend must be one of {', '.join(BACKENDS)}. "
                f"Received: KERAS_BACKEND={requested}"
            )
        raise ImportError(
            f"The Keras backend {requested!r} is not installed. "
            f"Install it with: pip install 'keras-wavenet[{requested}]'"
        )
    if "keras" in sys.modules:
        return _running_backend(backend)
    chosen = requested or configured_backend() or first_installed()
    os.environ["KERAS_BACKEND"] = chosen
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if chosen != "tensorflow":  # Keras imports it nevertheless, and it prints
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    unused = [*_UNUSED_BY_COMMANDS]
    if chosen != "jax":
        unused.append("jax")
    # TensorFlow prints several lines that none of its settings turns off.
    silent = silent_stderr() if chosen == "tensorflow" else contextlib.nullcontext()
    with silent, without_modules(*unused):
        import keras  # noqa: F401
    return chosen


def _running_backend(backend):
    import keras

    running = keras.backend.backend()
    if backend not in (None, running):
        raise ImportError(
            f"Keras was imported with the backend {running!r} in this process. Set "
            f"KERAS_BACKEND={backend} before Python starts. "
            f"Received: --backend {backend}"
        )
    return running


@contextlib.contextmanager
def without_modules(*names: str) -> Iterator[None]:
    """Let imports of top-level modules fail in the block, as if not installed.

    Modules that have been imported already stay as they are.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # None: Python raises an ImportError
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Discard what the process, C code included, writes to its standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def configured_backend() -> str | None:
    """The backend that the user's `keras.json` names, if it can be imported.

    Keras writes that file by itself, with TensorFlow, installed or not.
    """
    try:
        home = os.environ.get("KERAS_HOME") or Path("~/.keras").expanduser()
        backend = read_json(Path(home, "keras.json"), _LARGEST)["backend"]
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
    return backend if isinstance(backend, str) and is_installed(backend) else None


def first_installed() -> str:
    """The first of `BACKENDS` that can be imported."""
    for backend in BACKENDS:
        if is_installed(backend):
            return backend
    raise ImportError(
        "Keras needs a backend and none is installed. "
        "Install one with: pip install 'keras-wavenet[jax]' (or torch, or tensorflow)"
    )
