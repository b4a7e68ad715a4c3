"""A prepared dataset: found by its folder, and the clips of its splits."""

import os
from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.origin import PROCESSING, Origin, SourceOptions, path_of
from keras_wavenet.data.prepared.clip_list import read_clips
from keras_wavenet.data.prepared.errors import DamagedError, UnfinishedError
from keras_wavenet.data.prepared.layout import INFO, PLAN, clips_name, is_prepared
from keras_wavenet.data.prepared.plan import Plan, read_plan
from keras_wavenet.data.prepared.reader import PreparedReader, ShardReader
from keras_wavenet.data.prepared.records import Records
from keras_wavenet.data.resampling import resampled_length
from keras_wavenet.data.scan import SourceReport
from keras_wavenet.utils.paths import user_path


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
        UnfinishedError: If the preparation of the dataset has not finished.
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
        self.folder, self.split = user_path(folder), split
        plan = read_plan(self.folder)
        if not plan.finished or not (self.folder / INFO).is_file():
            raise UnfinishedError(self.folder)
        _check_split(plan, split, split_by, self.folder)
        listed = plan.splits[split]
        self.stored_rate = plan.sample_rate
        stored = read_clips(
            self.folder / clips_name(split), listed.clips, listed.clips_sha256
        )
        stored_lengths = stored.column("length")
        records = Records(stored_lengths)
        if len(records) != sum(shard.records for shard in listed.shards):
            raise DamagedError(self.folder / PLAN, "shards of other clips")
        paths = [self.folder / name for name in plan.shard_names(split)]
        shards = ShardReader(paths, listed.shards)
        lengths = resampled_length(stored_lengths, plan.sample_rate, sample_rate)
        report = SourceReport(
            f"prepared dataset {self.folder} ({split})",
            len(stored),
            int(lengths.sum()) / sample_rate,
            sample_rate,
            plan.skipped,
            notes=plan.notes,
        )
        reader = PreparedReader(shards, stored, plan.sample_rate, lengths, sample_rate)
        super().__init__(sample_rate, stored.with_lengths(lengths), reader, report)


def _check_split(plan: Plan, split: str, split_by: str, folder: Path) -> None:
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


def find_prepared(name: str, options: SourceOptions) -> Origin | None:
    """Finds a folder that `prepare` wrote."""
    folder = path_of(name)
    if folder is None or not is_prepared(folder):
        return None
    return PreparedOrigin(folder, options)


class PreparedOrigin(Origin):
    """A prepared dataset.

    Args:
        folder: Path of the dataset.
        options: Which clips are opened, and how.

    Raises:
        ValueError: If the samples were stored with an option that is given again.
    """

    def __init__(self, folder: Path, options: SourceOptions):
        super().__init__(options)
        self.folder = folder
        plan = read_plan(folder)
        self.splits = tuple(plan.splits)
        self.processing = {
            name: plan.settings[name] for name in PROCESSING if name in plan.settings
        }
        for name, stored in self.processing.items():
            asked = getattr(options, name)
            if asked is not None:
                raise ValueError(
                    f"{folder} was prepared with {name}={stored}, which is part of its "
                    f"samples, and can't be applied again. Received: {name}={asked!r}. "
                    "Leave it out."
                )

    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        split_by = self.options.split_by
        return PreparedSource(self.folder, split, sample_rate, split_by)

    def notices(self) -> str:
        return read_plan(self.folder).description
