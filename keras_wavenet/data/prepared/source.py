"""A prepared dataset as a source of clips."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.prepared.clip_list import read_clips
from keras_wavenet.data.prepared.errors import DamagedError, UnfinishedError
from keras_wavenet.data.prepared.layout import INFO, PLAN, clips_name
from keras_wavenet.data.prepared.plan import Plan, read_plan
from keras_wavenet.data.prepared.record_format import (
    deserialize_record,
    record_labels,
)
from keras_wavenet.data.prepared.records import PART_LENGTH, Records
from keras_wavenet.data.prepared.shard_reader import ShardReader
from keras_wavenet.data.reader import CachingReader
from keras_wavenet.data.resampling import resample_segment, resampled_length
from keras_wavenet.data.scan import SourceReport
from keras_wavenet.utils.pcm import from_pcm


class PreparedSource(ClipSource):
    """One split of a dataset that `prepare` wrote; opening it reads no audio.

    Args:
        folder: Path of the dataset.
        split: Name of the split.
        sample_rate: Rate to read at, in Hz; other rates than the stored one are
            resampled as they are read.
        split_by: What the splits must hold out: `"speaker"`, or anything if `"clip"`.

    Raises:
        ValueError: If there is no such split, or another `split_by` was prepared.
        UnfinishedError: If the dataset was not prepared to its end.
        DamagedError: If a file is missing or not what was written.
        ImportError: If a dependency is missing; names the extra to install.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        split: str,
        sample_rate: int,
        split_by: str = "clip",
    ):
        self.folder, self.split = Path(folder).expanduser(), split
        plan = read_plan(self.folder)
        if not plan.finished or not (self.folder / INFO).is_file():
            raise UnfinishedError(self.folder)
        _check_split(plan, split, split_by, self.folder)
        listed = plan.splits[split]
        self.stored_rate = plan.sample_rate
        stored = read_clips(
            self.folder / clips_name(split), listed.clips, listed.clips_sha256
        )
        records = Records([clip.length for clip in stored])
        if len(records) != sum(shard.records for shard in listed.shards):
            raise DamagedError(self.folder / PLAN, "shards of other clips")
        paths = [self.folder / name for name in plan.shard_names(split)]

        clips = [
            replace(
                clip,
                length=resampled_length(clip.length, plan.sample_rate, sample_rate),
            )
            for clip in stored
        ]
        report = SourceReport(
            f"prepared dataset {self.folder} ({split})",
            len(clips),
            sum(clip.length for clip in clips) / sample_rate,
            sample_rate,
            plan.skipped,
            notes=plan.notes,
        )
        reader = PreparedReader(
            ShardReader(paths, listed.shards),
            stored,
            plan.sample_rate,
            [clip.length for clip in clips],
            sample_rate,
        )
        super().__init__(sample_rate, clips, reader, report)


class PreparedReader(CachingReader):
    """Reads the clips of a prepared dataset, resampled to one rate.

    Args:
        shards: Reads the records.
        stored: The clips as they are stored.
        stored_rate: Their rate, in Hz.
        lengths: Samples of each clip at `sample_rate`.
        sample_rate: Rate to read at, in Hz.
    """

    def __init__(
        self,
        shards: ShardReader,
        stored: Sequence[ClipInfo],
        stored_rate: int,
        lengths: Sequence[int],
        sample_rate: int,
    ):
        super().__init__(lengths)
        self._shards = shards
        self._stored = stored
        self._records = Records([clip.length for clip in stored])
        self._rates = stored_rate, sample_rate

    def decode(self, recording: int, start: int, stop: int) -> np.ndarray:
        def read(start, stop):
            return self._read_stored(recording, start, stop)

        length = self._stored[recording].length
        waveform = resample_segment(read, length, *self._rates, start, stop)
        return np.clip(waveform, -1, 1)

    def _read_stored(self, index: int, start: int, stop: int) -> np.ndarray:
        """Samples of a clip at the rate they are stored at."""
        parts = range(start // PART_LENGTH, (stop - 1) // PART_LENGTH + 1)
        samples = np.concatenate([self._read_part(index, part) for part in parts])
        offset = parts.start * PART_LENGTH
        return from_pcm(samples[start - offset : stop - offset])

    def _read_part(self, index: int, part: int) -> np.ndarray:
        record, path = self._shards.read(self._records.number(index, part))
        example = deserialize_record(record)
        start, stop = self._records.stretch(index, part)
        found = example["id"].decode(), int(example["part"]), len(example["audio"])
        expected = record_labels(self._stored[index])["id"], part, stop - start
        if found != expected:
            raise DamagedError(path, "a record of another clip")
        return example["audio"]


def prepared_splits(folder: Path) -> list[str]:
    """Names of the splits of a prepared dataset."""
    return list(read_plan(folder).splits)


def _check_split(plan: Plan, split: str, split_by: str, folder: Path):
    if split not in plan.splits:
        raise ValueError(
            f"The prepared dataset {folder} has the splits {', '.join(plan.splits)}. "
            f"Received: split={split!r}"
        )
    prepared_by = plan.settings.get("split_by")
    if split_by == "speaker" and prepared_by == "clip":
        raise ValueError(
            f"{folder} was prepared with splits by clip. Received: "
            f"split_by={split_by!r}. Prepare the audio again with that."
        )
