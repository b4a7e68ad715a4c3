"""A tfds dataset as a source of clips."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.mono import cancelling_note
from keras_wavenet.data.reader import CachingReader
from keras_wavenet.data.resampling import resample
from keras_wavenet.data.scan import Scan, UnusableAudioError
from keras_wavenet.data.tfds.examples import (
    describe_clip,
    find_value,
    name_apart,
    to_text,
    to_waveform,
)
from keras_wavenet.data.tfds.features import (
    dataset_name,
    find_audio_features,
    flatten_features,
)
from keras_wavenet.data.tfds.tfrecord import TfrecordExamples
from keras_wavenet.utils.progress import show_progress

EVERYTHING = "all"  # tfds' own name for all splits together


class TfdsSource(ClipSource):
    """The clips of one split of a tfds dataset, read at random.

    Clips are mixed to mono and resampled to one rate. All of them are read through
    once, so that lengths are known and a bad one is skipped with its reason.

    Args:
        builder: A `tfds.core.DatasetBuilder` whose data is prepared as array_record,
            parquet or tfrecord.
        split: Name of a split, or a slice of one, such as `"train[:90%]"`.
        sample_rate: Rate to read at, in Hz.
        keys: Names of features, for what is not found by itself: any of `"audio"`,
            `"clip_id"`, `"speaker"`, `"label"` and `"transcript"`, and None for what is
            to be left out.
        stored_rate: The rate of the stored samples in Hz, where the dataset does not
            state it.

    Raises:
        ValueError: If the dataset has no such split, no audio, none that is usable, or
            only silence; if `keys` or `stored_rate` don't fit it; or if a file of it
            is damaged.
        ImportError: If soxr is needed but not installed.
    """

    def __init__(
        self,
        builder: Any,
        split: str,
        sample_rate: int,
        keys: Mapping[str, str | None] | None = None,
        stored_rate: int | None = None,
    ):
        info = builder.info
        self.features = find_audio_features(info, keys, stored_rate)
        _check_split(info, split)
        self.name, self.split = dataset_name(info), split
        self._labels = dict(flatten_features(info.features))
        self._place = builder.data_dir
        self._examples = _open_examples(builder, split)
        self._cancelling: list[str] = []  # names of clips, as they are scanned
        scan = self._scan(sample_rate)
        clips = name_apart([clip for _, clip in scan.accepted])
        report = scan.report([clip.length for clip in clips], sample_rate)
        if self._cancelling:
            report = replace(report, notes=(cancelling_note(self._cancelling),))
        recordings = [number for number, _ in scan.accepted]
        lengths = dict(zip(recordings, (clip.length for clip in clips), strict=True))
        reader = CachingReader(self._decode, lengths, whole=True)
        super().__init__(sample_rate, clips, reader, report, recordings=recordings)

    def _scan(self, sample_rate: int) -> Scan:
        """Reads every example; what is accepted is its number and its `ClipInfo`."""
        whole = self.split == EVERYTHING
        scan = Scan(self.name if whole else f"{self.name} ({self.split})")
        total = len(self._examples)
        for index in show_progress(range(total), total, f"Reading {scan.origin}"):
            name = self._numbered(index)
            try:
                example = self._example(index)
                name = self._text(example, self.features.clip_id) or name
                scan.accept((index, self._describe(example, name, sample_rate)))
            except UnusableAudioError as error:
                scan.skip(name, str(error))
        scan.check()
        return scan

    def _example(self, index: int) -> dict[str, Any]:
        try:
            return self._examples[index]
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # What tfds raises where an example does not have its features.
            raise UnusableAudioError(f"does not have its features: {error}") from error
        except RuntimeError as error:
            raise _damaged(self._place, error) from error

    def _describe(self, example: dict, name: str, sample_rate: int) -> ClipInfo:
        features = self.features
        waveform, channel = to_waveform(find_value(example, features.audio))
        if channel is not None:
            self._cancelling.append(name)
        return describe_clip(
            name,
            waveform,
            features.sample_rate,
            sample_rate,
            speaker=self._text(example, features.speaker),
            label=self._text(example, features.label),
            transcript=self._text(example, features.transcript),
        )

    def _decode(self, number, start, stop):
        example = self._examples[number]
        stored = find_value(example, self.features.audio)
        waveform, _ = to_waveform(stored)
        rates = self.features.sample_rate, self.sample_rate
        waveform = resample(waveform, *rates)
        return np.clip(waveform[start:stop], -1, 1)

    def _text(self, example: dict, feature: str | None) -> str | None:
        if feature is None:
            return None
        return to_text(find_value(example, feature), self._labels[feature])

    def _numbered(self, index: int) -> str:
        return f"{self.name}-{self.split}-{index}"


def _open_examples(builder: Any, split: str) -> Sequence:
    formats = {stored.value for stored in builder.info.available_file_formats()}
    if formats == {"tfrecord"}:
        return TfrecordExamples(builder.info, split)
    try:
        return builder.as_data_source(split=split)
    except RuntimeError as error:
        raise _damaged(builder.data_dir, error) from error


def _damaged(place: Any, error: RuntimeError) -> ValueError:
    """The error of a file that array_record can't read, and does not name."""
    return ValueError(
        f"Expected whole files of a dataset in {place}. Received: a damaged one "
        f"({error}). Copy or prepare the dataset again."
    )


def _check_split(info: Any, split: str):
    if not info.splits:  # as those of tfds' mocks
        return
    named = re.findall(r"(?:^|\+)\s*(\w+)", split)  # "train[:90%]+test" names two
    missing = [name for name in named if name not in (*info.splits, EVERYTHING)]
    if missing or not named:
        some = next(iter(info.splits))
        raise ValueError(
            f"The dataset {info.name} has the splits {', '.join(info.splits)}. "
            f"Received: split={split!r}. Name one of them or a slice of one: for "
            f'example, train on "{some}[:95%]" and validate on "{some}[95%:]".'
        )
    try:
        examples = info.splits[split].num_examples
    except (NotImplementedError, ValueError) as error:
        raise ValueError(
            f'`split` must be a split or a slice of one, such as "{named[0]}[:95%]". '
            f"Received: split={split!r}"
        ) from error
    if not examples:
        raise ValueError(
            f"Expected at least one clip in the split. Received: split={split!r}, "
            f"which has none of {info.name}."
        )
