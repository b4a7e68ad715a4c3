"""A tfds dataset as a source of clips."""

import re
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, DecodedSource
from keras_wavenet.data.levels import measure_levels
from keras_wavenet.data.resampling import resample, resampled_length
from keras_wavenet.data.scan import SILENCE_PEAK, SILENT, Scan, UnusableAudioError
from keras_wavenet.data.tfds_features import find_audio_features, to_waveform


class TfdsSource(DecodedSource):
    """The clips of one split of a tfds dataset, read at random.

    Clips are mixed to mono and resampled to one rate. All of them are read through
    once, so that lengths are known and a bad one is skipped with its reason.

    Args:
        builder: A `tfds.core.DatasetBuilder` whose data is prepared in a format that
            can be read at random (`file_format="array_record"`).
        split: Name of a split, or a slice of one, such as `"train[:90%]"`.
        sample_rate: Rate to read at, in Hz.

    Raises:
        ValueError: If the dataset has no such split, no audio, none that is usable, or
            only silence.
        ImportError: If soxr is needed but not installed.
    """

    def __init__(self, builder: Any, split: str, sample_rate: int):
        info = builder.info
        self._features = find_audio_features(info)
        _check_split(info, split)
        self._labels = info.features
        self._examples = builder.as_data_source(split=split)
        self.name, self.split = info.name, split

        scan = Scan(f"{info.name} ({split})")
        self._indices = []
        for index in range(len(self._examples)):
            try:
                scan.accept(self._describe(index, sample_rate))
            except UnusableAudioError as error:
                scan.skip(self._clip_id(self._examples[index], index), str(error))
            else:
                self._indices.append(index)
        scan.check()
        clips = scan.accepted
        report = scan.report([clip.length for clip in clips], sample_rate)
        super().__init__(sample_rate, clips, report, whole_clips=True)

    def _describe(self, index: int, sample_rate: int) -> ClipInfo:
        example = self._examples[index]
        waveform = to_waveform(example[self._features.audio])
        stored_rate = self._features.sample_rate
        length = resampled_length(len(waveform), stored_rate, sample_rate)
        if not length:
            raise UnusableAudioError("holds no samples")
        levels = measure_levels(waveform)
        if not np.isfinite(levels.peak):
            raise UnusableAudioError("holds samples that are NaN or infinite")
        if levels.peak < SILENCE_PEAK:
            raise UnusableAudioError(SILENT)
        return ClipInfo(
            self._clip_id(example, index),
            length,
            stored_rate,
            levels,
            speaker=self._text(example, self._features.speaker),
            transcript=self._text(example, self._features.transcript),
        )

    def _decode(self, index, start, stop):
        example = self._examples[self._indices[index]]
        waveform = resample(
            to_waveform(example[self._features.audio]),
            self._features.sample_rate,
            self.sample_rate,
        )
        return np.clip(waveform[start:stop], -1, 1)

    def _clip_id(self, example: dict, index: int) -> str:
        name = self._text(example, self._features.clip_id)
        return name or f"{self.name}-{self.split}-{index}"

    def _text(self, example: dict, feature: str | None) -> str | None:
        """A label in words, whether it is stored as text or as a class number."""
        if feature is None:
            return None
        value = example[feature]
        if isinstance(value, bytes):
            return value.decode()
        label = self._labels[feature]
        return label.int2str(int(value)) if hasattr(label, "int2str") else str(value)


def _check_split(info: Any, split: str):
    named = re.findall(r"(?:^|\+)\s*(\w+)", split)  # "train[:90%]+test" names two
    missing = [name for name in named if name not in (*info.splits, "all")]
    if missing or not named:
        raise ValueError(
            f"The dataset {info.name} has the splits {', '.join(info.splits)}. "
            f"Received: split={split!r}"
        )
