"""Presets: folders that hold a model, checked, loaded and saved.

A preset has the files of `keras.saving.save_model(..., zipped=False)`: `config.json`,
`metadata.json` and, unless it is an architecture alone, `model.weights.h5`. Nothing in
them is ever run or looked up: the class must be the one that is asked to load.
"""

import functools
import hashlib
import inspect
import io
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras

from keras_wavenet import preset_weights
from keras_wavenet.preset_files import (
    CONFIG,
    METADATA,
    MOST_JSON_BYTES,
    MOST_PARAMETERS,
    WEIGHTS,
)
from keras_wavenet.preset_places import builtin_folder, builtin_names, find
from keras_wavenet.utils import checks
from keras_wavenet.utils.atomic_folder import replacing_folder, restore
from keras_wavenet.utils.input_file import is_file, read_json
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.paths import user_path


class BuiltInPresets(Mapping):
    """The built-in presets of a class: from each name to its description.

    Each description is read when it is asked for.
    """

    def __init__(self, class_name: str):
        self._class_name = class_name

    def __getitem__(self, name: str) -> str:
        if name not in builtin_names() or _builtin_class(name) != self._class_name:
            raise KeyError(name)
        return read_metadata(builtin_folder() / name).get("description", "")

    def __iter__(self) -> Iterator[str]:
        return (n for n in builtin_names() if _builtin_class(n) == self._class_name)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)})"


class PresetsOfClass:
    """A class attribute: the `BuiltInPresets` of the class."""

    def __get__(self, instance, owner) -> BuiltInPresets:
        return BuiltInPresets(owner.__name__)


@functools.cache
def _builtin_class(name):
    return class_name(builtin_folder() / name)


def read_metadata(folder: Path) -> dict:
    """Return `metadata.json`: description, license, checksum and versions."""
    metadata = _read_json(folder, METADATA)
    if "licence" in metadata:  # the old spelling of the key
        metadata.setdefault("license", metadata.pop("licence"))
    return metadata


def class_name(preset: str | os.PathLike) -> str:
    """Name of the class of a preset, such as `"WaveNet"`, as its config has it."""
    return str(_read_json(find(preset), CONFIG).get("class_name"))[:80]


def read_config(cls: type[keras.Model], preset: str | os.PathLike) -> dict:
    """The arguments in a preset of a class: checked, and nothing is built.

    Raises:
        ValueError: If there is no such preset, it is damaged or of another class.
    """
    folder = find(preset)
    content = _read_json(folder, CONFIG)
    expected = f"keras_wavenet>{cls.__name__}"
    if content.get("registered_name") != expected:
        raise ValueError(
            f"{cls.__name__}.from_preset loads a {expected!r}. Received: preset "
            f"{folder.name!r} of {str(content.get('registered_name'))[:80]!r}"
        )
    config = content.get("config")
    if not isinstance(config, dict):
        raise ValueError(f"{CONFIG} of preset {folder.name!r} has no config.")
    try:
        cls.check_config(config)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{CONFIG} of preset {folder.name!r}: {error}") from error
    return config


def weights_sha256(preset: str | os.PathLike) -> str | None:
    """What identifies the weights of a preset: the SHA-256 of their file, if known."""
    return read_metadata(find(preset)).get("weights_sha256")


def is_architecture_alone(folder: Path) -> bool:
    """Whether a preset was saved without weights."""
    return not is_file(folder / WEIGHTS) and "weights_sha256" not in read_metadata(
        folder
    )


def load(
    cls: type[keras.Model],
    preset: str | os.PathLike,
    load_weights: bool = True,
    **overrides: Any,
) -> keras.Model:
    """Build the model of a preset: see `WaveNet.from_preset`."""
    folder = find(preset)
    config = read_config(cls, folder)
    _check_overrides(cls, config, overrides)
    config.update(overrides)
    parameters = cls.parameter_count(config)
    _check_size(folder, parameters)
    has_weights = is_file(folder / WEIGHTS)
    metadata = read_metadata(folder)
    if load_weights and "weights_sha256" in metadata and not has_weights:
        raise ValueError(
            f"Preset {folder.name!r} must hold {WEIGHTS}, and the file is missing. "
            "Copy it there, or load no weights (`load_weights=False`)."
        )
    if load_weights and has_weights:
        sha256 = metadata.get("weights_sha256")
        preset_weights.check_file(folder / WEIGHTS, parameters, sha256)
    model = cls.from_config(config)
    if load_weights and has_weights:
        preset_weights.load(model, folder / WEIGHTS, overrides)
    elif load_weights:
        warnings.warn(
            f"Preset {folder.name!r} is an architecture alone: its weights are "
            "untrained. `load_weights=False` loads it without this warning.",
            stacklevel=3,
        )
    return model


def save(
    model: keras.Model,
    folder: str | os.PathLike,
    description: str | None = None,
    license: str | None = None,
    weights: bool = True,
) -> None:
    """Write a model as a preset: see `WaveNet.save_to_preset`."""
    folder = user_path(folder)
    restore(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(
            f"A preset is written to a folder. Received: {folder}, which is a file"
        )
    if folder.exists() and not (folder / CONFIG).is_file() and any(folder.iterdir()):
        raise ValueError(
            "A preset is written to a new or empty folder, or over another preset. "
            f"Received: {folder}, which holds other files"
        )
    with replacing_folder(folder, own=(CONFIG, METADATA, WEIGHTS)) as draft:
        _write_files(model, draft, description, license, weights)


def _write_files(model, folder, description, license, weights):
    config = {
        "module": type(model).__module__,
        "class_name": type(model).__name__,
        "config": model.get_config(),
        "registered_name": f"keras_wavenet>{type(model).__name__}",
        "build_config": {"input_shape": None},
    }
    metadata = {"keras_version": keras.__version__}
    if description:
        metadata["description"] = description
    if license:
        metadata["license"] = license
    bare = bare_copy(model)
    metadata["parameters"] = bare.count_params()
    if weights:
        content = _WeightsInMemory()
        bare.save_weights(content)
        (folder / WEIGHTS).write_bytes(content.getbuffer())
        metadata["weights_sha256"] = hashlib.sha256(content.getbuffer()).hexdigest()
    for name, content in ((CONFIG, config), (METADATA, metadata)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def bare_copy(model: keras.Model) -> keras.Model:
    """A copy of a model without its optimizer, and with its LoRA weights merged."""
    bare = type(model).from_config(model.get_config())
    layers = zip(model._flatten_layers(), bare._flatten_layers(), strict=True)
    for layer, copied in layers:
        checks.not_quantized(layer.name, layer.dtype_policy)
        store = {}  # what Keras would write to a file: merged
        layer.save_own_variables(store)
        copied.load_own_variables(store)
    return bare


class _WeightsInMemory(io.BytesIO):
    """The file of weights before it is written.

    On a full disk h5py ends the process with a segmentation fault. Keras saves to what
    is open, too, if it is called like a file of weights.
    """

    def __str__(self):
        return WEIGHTS


def _read_json(folder, name):
    try:
        content = read_json(folder / name, MOST_JSON_BYTES)
    except FileNotFoundError as error:
        raise ValueError(
            f"Preset {folder.name!r} must hold {name}: it is missing. Copy it there."
        ) from error
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{name} of preset {folder.name!r} must be JSON, and is damaged: {error}. "
            "Copy the preset again."
        ) from error
    if not isinstance(content, dict):
        raise ValueError(
            f"{name} of preset {folder.name!r} must hold a JSON object. "
            f"Received: {type(content).__name__}"
        )
    return content


def _check_overrides(cls, config, overrides):
    # An older preset does not have them all.
    known = {*config, *inspect.signature(cls).parameters} - {"args", "kwargs"}
    unknown = sorted(set(overrides) - known)
    if unknown:
        raise ValueError(
            f"Arguments that override a preset must be those of {cls.__name__}. "
            f"Received: {unknown}{did_you_mean(unknown[0], known)}"
        )


def _check_size(folder, parameters):
    """Refuse a model with more weights than a machine is likely to hold."""
    if parameters > MOST_PARAMETERS:
        raise ValueError(
            f"A preset may have {MOST_PARAMETERS:,} weights at most. "
            f"Received: {parameters:,} in {folder.name!r}"
        )
