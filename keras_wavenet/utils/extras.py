"""Optional dependencies: imported on first use, with an error that says what to do."""

import importlib
from types import ModuleType

_EXTRA_OF = {
    "array_record.python.array_record_module": "data",
    "grain": "data",
    "librosa": "features",
    "matplotlib": "plots",
    "pesq": "evaluation",
    "pocketsphinx": "words",
    "pystoi": "evaluation",
    "scipy": "evaluation",
    "soundfile": "data",
    "soxr": "data",
    "tensorboardX": "logs",
    "tensorflow": "tensorflow",
    "tensorflow_datasets": "data",
}


def import_extra(module: str, purpose: str) -> ModuleType:
    """Import an optional dependency.

    Args:
        module: Name of the module, for example `"soundfile"`, or of one inside it.
        purpose: What needs it, the subject of the error, for example
            `"Reading audio files"`.

    Returns:
        The module.

    Raises:
        ImportError: If it is not installed; names the extra that brings it.
    """
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{purpose} needs `{module}`, which could not be imported ({error}). "
            f'Install it with `pip install "keras-wavenet[{_EXTRA_OF[package]}]"`.'
        ) from error
