"""Datasets of one's own, as `load` takes them: with splits, or to be split."""

import weakref
from collections.abc import Mapping
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.origin import Origin, SourceOptions
from keras_wavenet.data.own.examples import ExampleReader
from keras_wavenet.data.own.kinds import Columns, is_streamed
from keras_wavenet.data.own.source import OwnSource
from keras_wavenet.data.tfds.source import EVERYTHING

# Datasets that come in another order at each reading: training and validation are parts
# of one reading, which does not refer to the dataset.
_readings = weakref.WeakKeyDictionary()


def find_own_dataset(dataset: Any, options: SourceOptions) -> Origin:
    """Takes a dataset that is an object; one that is none is refused."""
    if isinstance(dataset, ClipSource):
        return SourceOrigin(dataset, options)
    return OwnOrigin(dataset, options)


class SourceOrigin(Origin):
    """A `ClipSource`."""

    def __init__(self, source: ClipSource, options: SourceOptions):
        super().__init__(options)
        self.source = source

    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        if self.source.sample_rate != sample_rate:
            raise ValueError(
                f"Expected a source at the rate of the model, {sample_rate} Hz. "
                f"Received: one at {self.source.sample_rate} Hz. Open it at that rate."
            )
        return self.source

    def _open_whole_split(self, split: str, sample_rate: int) -> ClipSource:
        if split == EVERYTHING:
            return self.open(sample_rate)
        return super()._open_whole_split(split, sample_rate)


class OwnOrigin(Origin):
    """A dataset of one's own.

    A dict of datasets has these as its splits. Of any other one, train, validation and
    test are made, if it has no field `split`; `"all"` is the whole of it.

    Args:
        dataset: As in `load`.
        options: Which clips are opened, and how.

    Raises:
        ValueError: If it is no dataset, or empty.
    """

    takes_keys = True

    def __init__(self, dataset: Any, options: SourceOptions):
        super().__init__(options)
        if isinstance(dataset, Mapping) and not dataset:
            raise ValueError("Expected a dataset. Received: an empty dict")
        if isinstance(dataset, Mapping):
            if ExampleReader(options.keys).has_audio(dataset):
                dataset = Columns(dataset)
            else:
                self.splits = tuple(dataset)
        self.dataset = dataset

    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        if split is None:
            return self._read(self.dataset, sample_rate, "clip")
        if split not in self.splits:
            raise ValueError(
                "Expected a dict of columns, one of which holds the audio, or of "
                "datasets by split. "
                f"Received: {', '.join(map(repr, self.splits))}, for split={split!r}"
            )
        source = self._read(self.dataset[split], sample_rate, split)
        return source.select(range(len(source)), f"{source.report.origin} ({split})")

    def _open_whole_split(self, split: str, sample_rate: int) -> ClipSource:
        if split == EVERYTHING and self.splits is None:
            return self.open(sample_rate)
        return super()._open_whole_split(split, sample_rate)

    def _read(self, dataset: Any, sample_rate: int, name: str) -> ClipSource:
        keys, stored_rate = self.options.keys, self.options.stored_rate

        def read():
            return OwnSource(dataset, sample_rate, keys, stored_rate, name)

        if not is_streamed(dataset):
            return read()
        try:
            readings = _readings.setdefault(dataset, {})
        except TypeError:  # no weak reference to it, or no hash
            return read()
        reading = sample_rate, tuple((keys or {}).items()), stored_rate, name
        if reading not in readings:
            readings.clear()
            readings[reading] = read()
        return readings[reading]
