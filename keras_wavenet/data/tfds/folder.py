"""A folder that holds a dataset of tfds, and no audio files."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_wavenet.data.prepared.layout import INFO, is_prepared
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import is_file, parse_json

_FEATURES = "features.json"
_PACKAGE = "tensorflow_datasets."
_CLASS_KEYS = ("pythonClassName", "python_class_name", "type")  # the last of old ones
_SAFE_NAME = re.compile(r"\w[\w\-+.]*")  # of a file, and no path


def is_tfds_folder(folder: Path) -> bool:
    """Whether a folder is a dataset of tfds, and not one of our own `prepare`."""
    return (folder / INFO).is_file() and not is_prepared(folder)


def open_tfds_folder(folder: Path) -> Any:
    """The builder of a dataset in a folder; errors as in `check_tfds_folder`."""
    tfds = import_extra("tensorflow_datasets", f"The dataset in {folder}")
    check_tfds_folder(folder)
    return tfds.builder_from_directory(folder)


def check_tfds_folder(folder: Path) -> None:
    """Checks what tfds would import and read of a folder, before it does.

    Raises:
        ValueError: If the folder's description can't be read, names code that is
            not tfds' own, or names files that are not in the folder.
        ImportError: If tfds is not installed.
    """
    tfds = import_extra("tensorflow_datasets", f"The dataset in {folder}")
    try:
        _refuse_pipes(folder)
        features = parse_json((folder / _FEATURES).read_bytes())
        named = list(_class_names(features))
    except (OSError, ValueError) as error:
        raise _damaged(folder, _FEATURES, error) from error
    # tfds imports the modules that are named there: its own may be.
    foreign = [name for name in named if not name.startswith(_PACKAGE)]
    if foreign:
        raise ValueError(
            f"Expected {folder / _FEATURES} to name features of tfds. "
            f"Received: {foreign[0]!r}. Nothing of it was loaded."
        )
    try:
        info = tfds.core.dataset_info.read_proto_from_builder_dir(folder)
    except Exception as error:  # protobuf's parser has errors of its own
        raise _damaged(folder, INFO, error) from error
    _check_file_names(folder, info)


def _refuse_pipes(folder: Path) -> None:
    """Refuses files that tfds would wait for as it opens them; not those of a cloud."""
    local = Path(os.fspath(folder))
    for path in local.iterdir() if local.is_dir() else ():
        is_file(path)


def _damaged(folder: Path, name: str, error: Exception) -> ValueError:
    return ValueError(
        f"Expected a tfds dataset in {folder}. Received: {name} that can't be "
        f"read ({error}). Prepare the dataset again."
    )


def _check_file_names(folder: Path, info: Any) -> None:
    """Checks what the names of a dataset's files are made of: none is a path."""
    names = [info.name, *(split.name for split in info.splits)]
    unsafe = [name for name in names if not _SAFE_NAME.fullmatch(name)]
    unsafe += [
        split.filepath_template
        for split in info.splits
        if re.search(r"[/\\:]|^\.\.", split.filepath_template)
    ]
    if unsafe:
        raise ValueError(
            f"Expected {folder / INFO} to name files in its folder. "
            f"Received: {unsafe[0]!r}. Nothing was read."
        )


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
