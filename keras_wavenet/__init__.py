"""WaveNet (van den Oord et al., 2016, arXiv 1609.03499) for Keras 3.

One model family that trains, speaks, saves and loads on TensorFlow, JAX and PyTorch.
"""

import importlib
import sys

__version__ = "0.1.0"

_HOMES = {
    "WaveNet": "keras_wavenet.models.wavenet",
    "Recognizer": "keras_wavenet.recognition.recognizer",
    "doubling_dilations": "keras_wavenet.models.dilations",
    "data": None,
    "distributions": None,
    "features": None,
    "filters": None,
    "generation": None,
    "layers": None,
    "models": None,
    "recognition": None,
    "training": None,
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name):
    """Import on first use, so that `keras-wavenet --help` need not wait for Keras."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return importlib.import_module(f"{__name__}.{name}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(__all__)


# Whoever already holds Keras may go on to `keras.saving.load_model`, which finds only
# classes that have been registered: nothing is gained by waiting then.
if "keras" in sys.modules:
    importlib.import_module(f"{__name__}.models")
    importlib.import_module(f"{__name__}.recognition")
    importlib.import_module(f"{__name__}.training")
