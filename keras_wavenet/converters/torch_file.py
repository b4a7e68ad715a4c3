"""The arrays in a file of PyTorch: state dicts alone, of which no code is run."""

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import open_file

# Where projects put the state dict into what they save.
_PLACES = ("state_dict", "model", "model_state_dict")
_DEEPEST = 3


def read(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a state dict, by name.

    Args:
        path: A file that `torch.save` wrote.

    Raises:
        ValueError: If it is damaged, holds objects that only their own code can load,
            claims more than it holds, or has no state dict.
        OSError: If it can't be opened.
        ImportError: If PyTorch is missing.
    """
    torch = import_extra("torch", "Reading a checkpoint of PyTorch")
    with open_file(path) as file:
        _check_archive(path, file)
        file.seek(0)
        try:
            content = torch.load(file, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            if "global" not in str(error).lower():
                raise _damaged(path, error) from error
            raise _pickled_module(path) from error
        except Exception as error:  # the reader raises many types
            raise _damaged(path, error) from error
    size = path.stat().st_size
    state = _state_dict(content, torch.Tensor)
    if state is None:
        raise ValueError(
            f"{path} must hold a state dict: arrays by name, or a dict that has one as "
            f"one of {list(_PLACES)}. Received: {type(content).__name__}"
        )
    if sum(t.numel() * t.element_size() for t in state.values()) > size:
        raise ValueError(f"{path} claims more numbers than its {size:,} bytes hold.")
    if any(t.layout != torch.strided or t.is_complex() for t in state.values()):
        raise ValueError(f"{path} must hold dense tensors of real numbers alone.")
    return {n: t.detach().to(torch.float32).numpy() for n, t in state.items()}


def _check_archive(path, file):
    """Refuse an archive whose parts are compressed: they may be of any size."""
    if not zipfile.is_zipfile(file):
        return  # of PyTorch before 1.6
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    if any(part.compress_type != zipfile.ZIP_STORED for part in parts):
        raise ValueError(
            f"{path} must be as `torch.save` wrote it. Received: a compressed archive"
        )


def _state_dict(content: Any, tensor_type: type, depth: int = 0):
    """The first dict of tensors within dicts, or None."""
    if not isinstance(content, Mapping) or depth > _DEEPEST:
        return None
    if content and all(
        isinstance(name, str) and isinstance(value, tensor_type)
        for name, value in content.items()
    ):
        return dict(content)
    for place in _PLACES:
        found = _state_dict(content.get(place), tensor_type, depth + 1)
        if found is not None:
            return found
    return None


def _damaged(path, error):
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return ValueError(
        f"{path} must be a file that `torch.save` wrote, and is damaged or cut off: "
        f"{first[:200]}. Copy it again."
    )


def _pickled_module(path):
    return ValueError(
        f"{path} must hold a state dict. Received: pickled objects, which run code as "
        "they are loaded. Whoever trusts the file makes a state dict of it, in the "
        "folder of the project that wrote it:\n"
        f'  model = torch.load("{path.name}", weights_only=False, map_location="cpu")\n'
        '  torch.save(getattr(model, "state_dict", lambda: model["model"].state_dict())'
        '(), "state_dict.pth")'
    )
