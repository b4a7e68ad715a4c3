"""The datasets of tfds: in a folder, shipped with the package, or of the catalogue."""

from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.origin import Origin, SourceOptions, path_of
from keras_wavenet.data.splits import SPLITS
from keras_wavenet.data.tfds.catalogue import (
    SPOKEN_PROMPTS,
    prepare_builder,
    prepared_tfds_builder,
)
from keras_wavenet.data.tfds.folder import is_tfds_folder, open_tfds_folder
from keras_wavenet.data.tfds.source import EVERYTHING, TfdsSource
from keras_wavenet.utils.extras import import_extra

# Whole datasets that were read through, the latest ones: training and validation are
# parts of the same.
_readings: dict[tuple, TfdsSource] = {}
_MOST_READINGS = 2


def find_spoken_prompts(name: str, options: SourceOptions) -> Origin | None:
    """Finds the speech that ships with the package, which is prepared if it was not."""
    if name != SPOKEN_PROMPTS:
        return None
    for module in ("tensorflow_datasets", "soundfile"):
        import_extra(module, f'The dataset "{SPOKEN_PROMPTS}"')
    from keras_wavenet.data.spoken_prompts.builder import prepared_builder

    return TfdsOrigin(prepared_builder(options.data_dir), options)


def find_tfds_folder(name: str, options: SourceOptions) -> Origin | None:
    """Finds a folder that tfds wrote."""
    folder = path_of(name)
    if folder is None or not is_tfds_folder(folder):
        return None
    return TfdsOrigin(open_tfds_folder(folder), options)


def find_in_catalogue(name: str, options: SourceOptions) -> Origin:
    """Finds a dataset by its name in tfds, which is downloaded if it was not.

    Raises:
        ValueError, ImportError, OSError: As in `prepared_tfds_builder`.
    """
    builder = prepared_tfds_builder(
        name, options.data_dir, options.keys, options.stored_rate
    )
    return TfdsOrigin(builder, options)


def find_builder(dataset: Any, options: SourceOptions) -> Origin | None:
    """Takes a `tfds.core.DatasetBuilder`, whose data is prepared if it was not."""
    if not (hasattr(dataset, "as_data_source") and hasattr(dataset, "info")):
        return None
    prepare_builder(dataset, dataset.name, options.keys, options.stored_rate)
    return TfdsOrigin(dataset, options)


class TfdsOrigin(Origin):
    """A tfds dataset.

    One with several splits keeps its own. Of one with a single split, whatever its
    name, train, validation and test are made; slices of that split, and `"all"`, are
    opened as they are.

    Args:
        builder: A `tfds.core.DatasetBuilder` whose data is prepared.
        options: Which clips are opened, and how.
    """

    takes_keys = True

    def __init__(self, builder: Any, options: SourceOptions):
        super().__init__(options)
        self.builder = builder
        if len(builder.info.splits) != 1:
            self.splits = tuple(builder.info.splits)

    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        if split is None:
            return self._read_whole(sample_rate)
        return self._read(split, sample_rate)

    def _read(self, split: str, sample_rate: int) -> TfdsSource:
        keys, stored_rate = self.options.keys, self.options.stored_rate
        return TfdsSource(self.builder, split, sample_rate, keys, stored_rate)

    def _open_whole_split(self, split: str, sample_rate: int) -> ClipSource:
        if split not in SPLITS:
            return self.open(sample_rate, split)
        return super()._open_whole_split(split, sample_rate)

    def _read_whole(self, sample_rate: int) -> TfdsSource:
        keys = tuple(sorted((self.options.keys or {}).items()))
        # A dataset that was prepared anew in the same place has another size.
        size = sum(split.num_bytes for split in self.builder.info.splits.values())
        place = str(self.builder.data_dir), size
        reading = *place, keys, self.options.stored_rate, sample_rate
        if reading not in _readings:
            source = self._read(EVERYTHING, sample_rate)
            while len(_readings) >= _MOST_READINGS:
                del _readings[next(iter(_readings))]
            _readings[reading] = source
        return _readings[reading]

    def notices(self) -> str:
        info = self.builder.info
        return "\n\n".join(
            filter(None, [info.description, info.redistribution_info.license])
        )
