"""A dataset of one's own as a source of clips."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.mono import cancelling_note
from keras_wavenet.data.own.examples import Example, ExampleReader, Keys
from keras_wavenet.data.own.kinds import (
    NumberedExamples,
    StreamedExamples,
    examples_of,
)
from keras_wavenet.data.resampling import resample
from keras_wavenet.data.scan import Scan, UnusableAudioError
from keras_wavenet.data.tfds.examples import describe_clip, name_apart
from keras_wavenet.data.tfds.features import (
    KEYS,
    find_audio_features,
    flatten_features,
)
from keras_wavenet.utils.input_file import DAMAGE
from keras_wavenet.utils.progress import show_progress


class OwnSource(ClipSource):
    """The clips of a dataset of one's own: an example each.

    Clips are mixed to mono and resampled to one rate. All of them are read through
    once, so that lengths are known and a bad one is skipped with its reason. Examples
    that have numbers (`dataset[3]`, of `len(dataset)`) are read again as windows need
    them. Those that only come one after the other are kept in a temporary file: 4 bytes
    a sample, 230 MB an hour at 16 kHz, in the folder that `TMPDIR` names.

    Args:
        dataset: As `load` takes it, without splits.
        sample_rate: Rate to read at, in Hz.
        keys, stored_rate: See `SourceOptions`.
        name: What the clips are called that have no name of their own.

    Raises:
        ValueError: If it is no dataset or an endless one, if nothing states its rate,
            if it has no usable audio, or if `keys` or `stored_rate` do not fit.
        ImportError: If soxr is needed but not installed.
    """

    def __init__(
        self,
        dataset: Any,
        sample_rate: int,
        keys: Keys | None = None,
        stored_rate: int | None = None,
        name: str = "clip",
    ):
        self._target_rate, self._name = sample_rate, name
        self._cancelling: list[str] = []  # names of clips, as they are scanned
        self._read_example = _example_reader(dataset, keys, stored_rate)
        with contextlib.closing(examples_of(dataset)) as examples:
            scan = self._scan(examples, f"own dataset ({type(dataset).__name__})")
            clips = name_apart([clip for _, clip in scan.accepted])
            _check_splits(clips, scan.origin)
            recordings = [number for number, _ in scan.accepted]
            kept = [clip.length for clip in clips]
            lengths = dict(zip(recordings, kept, strict=True))
            reader = examples.reader(self._waveform, lengths)
        report = scan.report(kept, sample_rate)
        report = replace(report, notes=tuple(self._notes(examples.repeats)))
        super().__init__(sample_rate, clips, reader, report, recordings=recordings)

    def _scan(self, examples: NumberedExamples | StreamedExamples, origin: str) -> Scan:
        """Reads every example; what is accepted is its number and its `ClipInfo`."""
        scan = Scan(origin)
        listed = show_progress(examples, examples.total, f"Reading {origin}")
        for number, fetch in enumerate(listed):
            self._scan_example(scan, number, fetch, examples.keep)
        if not scan.accepted and not scan.skipped:
            raise ValueError(f"Expected clips in {origin}. Received: none")
        scan.check()
        return scan

    def _notes(self, repeats: int) -> Iterator[str]:
        if self._cancelling:
            yield cancelling_note(self._cancelling)
        if repeats:
            yield f"clips with the same audio as an earlier one: {repeats}"

    def _scan_example(
        self,
        scan: Scan,
        number: int,
        fetch: Callable[[], Any],
        keep: Callable[[np.ndarray], None],
    ) -> None:
        name = f"{self._name}-{number}"
        try:
            raw = fetch()
        except DAMAGE as error:
            scan.skip(name, f"cannot be read: {type(error).__name__}: {error}")
            return
        if raw is None:  # what a filter of grain has in place of an example
            return
        try:
            example = self._read_example(raw)
            self._check_rate(example)
            clip = self._describe(name, example)
        except UnusableAudioError as error:
            scan.skip(name, str(error))
            return
        if example.channel is not None:
            self._cancelling.append(clip.clip_id)
        keep(self._resampled(example))
        scan.accept((number, clip))

    def _check_rate(self, example: Example) -> None:
        if example.sample_rate is None:
            raise ValueError(
                "Expected a dataset that states the rate of its audio. Received: "
                "examples without it. Give stored_rate=... in Hz, or "
                'keys={"sample_rate": NAME} if the examples have a field for it.'
            )

    def _describe(self, name: str, example: Example) -> ClipInfo:
        labels = dict(example.labels)
        name = labels.pop("clip_id") or name
        rates = example.sample_rate, self._target_rate
        return describe_clip(name, example.waveform, *rates, **labels)

    def _waveform(self, raw: Any) -> np.ndarray:
        return self._resampled(self._read_example(raw))

    def _resampled(self, example: Example) -> np.ndarray:
        rates = example.sample_rate, self._target_rate
        return np.clip(resample(example.waveform, *rates), -1, 1)


def _example_reader(dataset, keys, stored_rate) -> ExampleReader:
    """What reads the examples, with the words that the dataset has for its numbers."""
    info = getattr(dataset, "dataset_info", None)
    if hasattr(info, "features"):  # of `builder.as_data_source()`
        found = find_audio_features(info, keys, stored_rate)
        keys = {key: getattr(found, key) for key in KEYS}
        features = dict(flatten_features(info.features))
        return ExampleReader(keys, found.sample_rate, features)
    features = getattr(dataset, "features", None)  # of Hugging Face
    return ExampleReader(
        keys, stored_rate, features if hasattr(features, "get") else None
    )


def _check_splits(clips, origin):
    without = [clip.clip_id for clip in clips if clip.split is None]
    if 0 < len(without) < len(clips):
        raise ValueError(
            f"Expected a split of each clip of {origin}, as others have one. "
            f"Received: none for {len(without)} of {len(clips)}, such as {without[0]}. "
            'Name their split; "unused", for example, leaves them out.'
        )
