"""Optional dependencies: imported on first use; errors name the extra to install."""

import importlib
import importlib.util
from types import ModuleType

_EXTRA_OF = {
    "apache_beam": "beam",
    "array_record": "data",
    "grain": "data",
    "huggingface_hub": "hub",
    "kagglehub": "hub",
    "librosa": "features",
    "matplotlib": "plots",
    "onnx": "export",
    "pesq": "evaluation",
    "pocketsphinx": "words",
    "pyarrow": "data",
    "pystoi": "evaluation",
    "scipy": "evaluation",
    "soundfile": "data",
    "soxr": "data",
    "tensorboardX": "logs",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "tensorflow_datasets": "data",
}


def import_extra(module: str, purpose: str) -> ModuleType:
    """Import an optional dependency.

    Args:
        module: Name of a module or submodule, for example `"soundfile"`.
        purpose: Subject of the error's sentence, for example `"Reading audio files"`.

    Returns:
        The module.

    Raises:
        ImportError: If it is not installed; the message names the extra to install.
    """
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{purpose} needs `{module}`, which could not be imported ({error}). "
            f'Install it with `pip install "keras-wavenet[{_EXTRA_OF[package]}]"`.'
        ) from error


def is_installed(package: str) -> bool:
    """Whether a top-level package can be imported; it is not imported."""
    return importlib.util.find_spec(package) is not None
