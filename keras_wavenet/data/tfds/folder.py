"""A folder that holds a dataset of tfds, and no audio files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_wavenet.data.extras import import_extra
from keras_wavenet.data.prepared.layout import INFO, is_prepared

_FEATURES = "features.json"
_PACKAGE = "tensorflow_datasets."
_CLASS_KEYS = ("pythonClassName", "python_class_name", "type")  # the last of old ones


def is_tfds_folder(folder: Path) -> bool:
    """Whether a folder is a dataset of tfds, and not one of our own `prepare`."""
    return (folder / INFO).is_file() and not is_prepared(folder)


def open_tfds_folder(folder: Path) -> Any:
    """The builder of a dataset in a folder.

    Raises:
        ValueError: If the folder's description can't be read, or asks for code that is
            not tfds' own.
        ImportError: If tfds is not installed.
    """
    tfds = import_extra("tensorflow_datasets", f"The dataset in {folder}")
    try:
        features = json.loads((folder / _FEATURES).read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(
            f"Expected a tfds dataset in {folder}. Received: {_FEATURES} that can't be "
            f"read ({error}). Prepare the dataset again."
        ) from error
    # tfds imports the modules that are named there: its own may be.
    foreign = [n for n in _class_names(features) if not n.startswith(_PACKAGE)]
    if foreign:
        raise ValueError(
            f"Expected {folder / _FEATURES} to name features of tfds. "
            f"Received: {foreign[0]!r}. Nothing of it was loaded."
        )
    return tfds.builder_from_directory(folder)


def _class_names(features: Any) -> Iterator[str]:
    """All classes named anywhere in a description of features."""
    if isinstance(features, dict):
        for key, value in features.items():
            if key in _CLASS_KEYS and isinstance(value, str):
                yield value
            yield from _class_names(value)
    elif isinstance(features, list):
        for value in features:
            yield from _class_names(value)
