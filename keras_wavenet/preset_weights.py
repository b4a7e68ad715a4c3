"""The file of a preset's weights: checked as far as can be before any of it is read.

HDF5 can claim what the file does not hold: arrays that were never written, compressed
or put together from elsewhere, and links to other files. Keras writes none of these.
"""

import hashlib
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import h5py
import keras
import numpy as np

from keras_wavenet.preset_files import WEIGHTS
from keras_wavenet.utils.input_file import DAMAGE, open_file
from keras_wavenet.utils.text import shown

_DEEPEST = 32  # groups within groups
_NAMES_SHOWN = 5
_LAYOUTS = (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS)


def check_file(path: Path, parameters: int, sha256: str | None) -> None:
    """Refuse a file that can't hold the weights of a model.

    Args:
        path: The file, in the folder of the preset.
        parameters: Number of weights of the model.
        sha256: Of the file that was saved, as hexadecimal digits; None if unknown.

    Raises:
        ValueError: If it is too small, or another one than was saved.
    """
    size, preset = path.stat().st_size, path.parent.name
    if size < 2 * parameters:
        raise ValueError(
            f"{WEIGHTS} of preset {preset!r} must hold {parameters:,} weights, at "
            f"least {2 * parameters:,} bytes. Received: {size:,} bytes. Copy it again; "
            "if arguments were overridden, load no weights (`load_weights=False`)."
        )
    if sha256 not in (None, _sha256(path)):
        raise ValueError(
            f"{WEIGHTS} of preset {preset!r} is not the file that was saved: its "
            "SHA-256 differs from the one in metadata.json. Copy the preset again."
        )


def load(model: keras.Model, path: Path, overrides: Collection[str] = ()) -> None:
    """Give a model the weights in a file, whose shapes are compared before it is read.

    Args:
        model: The model.
        path: The file, in the folder of the preset.
        overrides: Names of arguments that are not those of the preset, for the error.

    Raises:
        ValueError: If the file is damaged, is of another model, or holds weights that
            are not finite.
    """
    try:
        with h5py.File(path) as file:
            _check_shapes(file, model, path.stat().st_size)
        with warnings.catch_warnings():
            # Before it fails, Keras gives a warning that does not apply to a WaveNet.
            warnings.filterwarnings("ignore", "Skipping nested container")
            model.load_weights(path)
    except DAMAGE as error:
        cause = f"the arguments {sorted(overrides)} that override it, or "
        raise ValueError(
            f"{WEIGHTS} of preset {path.parent.name!r} does not fit its config: the "
            f"cause is {cause if overrides else ''}a damaged file: "
            f"{_first_line(error)}. Load no weights (`load_weights=False`) to start "
            "from new ones."
        ) from error
    _check_finite(model, path)


def _check_finite(model, path):
    """Refuse weights of which every output would be NaN."""
    names = [
        weight.path
        for weight in model.weights
        if not np.isfinite(keras.ops.convert_to_numpy(weight)).all()
    ]
    if names:
        some = ", ".join(names[:_NAMES_SHOWN])
        more = f" and {len(names) - _NAMES_SHOWN} more" * (len(names) > _NAMES_SHOWN)
        raise ValueError(
            f"{WEIGHTS} of preset {path.parent.name!r} must hold finite weights. "
            f"Received: NaN or infinity in {len(names)} of {len(model.weights)} arrays:"
            f" {some}{more}. Its training diverged: take an earlier preset or "
            "checkpoint, or load no weights (`load_weights=False`) and train with a "
            "lower learning rate or with `global_clipnorm`."
        )


def _check_shapes(file, model, size):
    claimed, shapes = 0, Counter()
    for array in _arrays(file):
        _check_array(array)
        claimed += array.nbytes
        if claimed > size:
            raise ValueError(f"it claims more than its {size:,} bytes")
        shapes[array.shape] += 1
    expected = Counter(tuple(weight.shape) for weight in model.weights)
    if shapes != expected:
        lacking = (expected - shapes) or (shapes - expected)
        kind = "lacks" if expected - shapes else "has, beside those of the model,"
        raise ValueError(f"it {kind} an array of shape {next(iter(lacking))}")


def _arrays(group, depth: int = 0) -> Iterator[h5py.Dataset]:
    """All arrays in and below a group; only what is in the file itself is opened."""
    if depth > _DEEPEST:
        raise ValueError(f"groups are nested deeper than {_DEEPEST} levels")
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"{shown(name)!r} is a link to another place")
        found = group[name]
        if h5py.h5o.get_info(found.id).rc != 1:  # references
            raise ValueError(f"{shown(name)!r} has several names")
        if isinstance(found, h5py.Group):
            yield from _arrays(found, depth + 1)
        elif isinstance(found, h5py.Dataset):
            yield found
        else:
            raise ValueError(f"{shown(name)!r} is neither an array nor a group")


def _check_array(array):
    created = array.id.get_create_plist()
    name = shown(array.name)
    if created.get_layout() not in _LAYOUTS or created.get_external_count():
        raise ValueError(f"{name!r} is compressed, in pieces or in another file")
    if array.shape is None or array.id.get_storage_size() != array.nbytes:
        raise ValueError(f"{name!r} claims more than was written")
    of_16_bit = array.dtype.kind == "V" and array.dtype.itemsize == 2  # bfloat16
    if array.dtype.kind != "f" and not of_16_bit:
        raise ValueError(f"{name!r} must hold floats, and holds {array.dtype}")


def _first_line(error):
    """The message of Keras without the lists of layers and arrays that follow."""
    return shown(str(error).partition("\n")[0].rstrip("."), 300)


def _sha256(path):
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
