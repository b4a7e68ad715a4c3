"""Datasets by name: the kinds that are found, and how their clips are opened."""

import os
from collections.abc import Callable, Mapping

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.folders.origin import find_audio_folder
from keras_wavenet.data.origin import Origin, SourceOptions
from keras_wavenet.data.prepared.source import find_prepared
from keras_wavenet.data.tfds.origin import (
    find_in_catalogue,
    find_spoken_prompts,
    find_tfds_folder,
)

# From a name or a path, and options, to the dataset; None if it is not of their kind.
Finder = Callable[[str, SourceOptions], Origin | None]
_FINDERS: list[Finder] = [  # in the order in which they are tried
    find_spoken_prompts,
    find_prepared,
    find_tfds_folder,
    find_audio_folder,
    find_in_catalogue,
]


def register(find: Finder) -> Finder:
    """Adds a kind of dataset to those that `load` finds; a function decorator.

    Args:
        find: Called with a name or a path and with `SourceOptions`, before the kinds
            that were known until now. Returns an `Origin`, or None if the name is not
            of its kind.

    Example:
        ```python
        class Corpus(data.Origin):
            def open(self, sample_rate, split=None):
                return data.ClipSource(sample_rate, clips, reader)

        @data.register
        def find_corpus(name, options):
            return Corpus(options) if name == "corpus" else None

        data.load("corpus", spec=model.data_spec)
        ```
    """
    if not callable(find):
        raise ValueError(
            f"`find` must be a function of a name and options. Received: find={find!r}"
        )
    _FINDERS.insert(0, find)
    return find


def open_source(
    name: str | os.PathLike,
    split: str,
    sample_rate: int,
    data_dir: str | os.PathLike | None = None,
    *,
    split_by: str = "clip",
    trim_silence: float | None = None,
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> ClipSource:
    """Opens the clips of a dataset; arguments and errors as in `load`."""
    options = SourceOptions(split, split_by, data_dir, trim_silence, keys, stored_rate)
    return find_origin(name, options).open_split(sample_rate)


def open_splits(
    name: str | os.PathLike,
    sample_rate: int,
    data_dir: str | os.PathLike | None = None,
    *,
    split_by: str = "clip",
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> dict[str, ClipSource]:
    """Opens all splits of a dataset, by name; arguments and errors as in `load`."""
    options = SourceOptions(
        split_by=split_by, data_dir=data_dir, keys=keys, stored_rate=stored_rate
    )
    return find_origin(name, options).open_splits(sample_rate)


def find_origin(
    name: str | os.PathLike, options: SourceOptions | None = None
) -> Origin:
    """Finds the dataset that a name or a path stands for; errors as in `load`."""
    name, options = os.fspath(name), options or SourceOptions()
    if not name:
        raise ValueError("A dataset must have a name or a path. Received: an empty one")
    origin = next(filter(None, (find(name, options) for find in _FINDERS)))
    has_keys = options.keys is not None or options.stored_rate is not None
    if has_keys and not origin.takes_keys:
        raise ValueError(
            "`keys` and `stored_rate` are for tfds datasets; other audio states its "
            f"rate. Received: {name!r}, keys={options.keys!r}, "
            f"stored_rate={options.stored_rate!r}"
        )
    return origin
