"""WaveNet (van den Oord et al., 2016, arXiv 1609.03499) for Keras 3.

One model family that trains, generates, saves and loads on TensorFlow, JAX and PyTorch.
Importing it imports Keras and registers all classes, so that `keras.saving.load_model`
finds them.
"""

import importlib
import sys
from pathlib import Path

__version__ = "0.1.0"

_HOMES = {
    "WaveNet": "keras_wavenet.models.wavenet",
    "Recognizer": "keras_wavenet.recognition.recognizer",
    "doubling_dilations": "keras_wavenet.models.dilations",
    "receptive_field": "keras_wavenet.models.dilations",
    "upload_preset": "keras_wavenet.preset_upload",
    "converters": None,
    "data": None,
    "distributions": None,
    "export": None,
    "features": None,
    "filters": None,
    "generation": None,
    "introspection": None,
    "layers": None,
    "models": None,
    "preset_places": None,
    "recognition": None,
    "training": None,
    "visualization": None,
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str):
    """Import a public name on first use, which is how the command has them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return importlib.import_module(f"{__name__}.{name}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _runs_as_command() -> bool:
    """Whether this process is `keras-wavenet` or `python -m keras_wavenet`.

    The command chooses a backend before it imports Keras, and `--help` never does.
    """
    program = sys.argv[0] if getattr(sys, "argv", None) else ""
    if program == "-m":  # as long as Python looks for the module to run
        return __name__ in sys.orig_argv
    return Path(program).stem == "keras-wavenet"


if not _runs_as_command():
    for _name in _HOMES:
        __getattr__(_name)
