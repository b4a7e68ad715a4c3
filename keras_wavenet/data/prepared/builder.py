"""The tfds builder of prepared datasets; importing it needs tensorflow-datasets.

It is a `ShardBasedBuilder`, which writes one shard after the other in the order of the
clips. A `GeneratorBasedBuilder` would sort each split in memory, and import TensorFlow
for splits above 1 GB, which are nine hours at 16 kHz.
"""

import contextlib
import functools
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from tensorflow_datasets.core.file_adapters import FileFormat
from tensorflow_datasets.core.writer import ExampleWriter

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.folder import Watch
from keras_wavenet.data.prepared.plan import Plan
from keras_wavenet.data.prepared.records import (
    Records,
    encode_records,
    record_features,
)
from keras_wavenet.data.prepared.shard_writer import write_shard


class PreparedBuilder(tfds.core.ShardBasedBuilder, skip_registration=True):
    """Writes clips as a dataset of int16 parts, in ArrayRecord shards.

    Args:
        plan: The `Plan` of the dataset.
        splits: The `ClipSource` of each split.
        kept: Folder where each shard is kept as soon as it is complete. A shard that is
            there is not written again.
        watch: Called with the clips and the seconds of audio done, after each record;
            None if nobody needs to know.
        data_dir: As in `tfds.core.DatasetBuilder`.
    """

    VERSION = tfds.core.Version("1.0.0")
    # Set here, as the search of tfds for them fails without a package
    # (importlib_resources) that only TensorFlow brings.
    pkg_dir_path = tfds.core.Path(Path(__file__).parent)
    code_path = tfds.core.Path(__file__)

    def __init__(
        self,
        plan: Plan,
        splits: Mapping[str, ClipSource],
        kept: Path,
        watch: Watch | None = None,
        data_dir: str | os.PathLike | None = None,
    ):
        self.name = plan.name  # tfds would take that of the class
        self._plan = plan
        self._kept = kept
        self._watch = watch
        self._clips = 0
        self._seconds = 0.0
        self._examples = {
            split: _SplitExamples(
                source,
                plan.record_ranges(split),
                [(kept / name).exists() for name in plan.shard_names(split)],
                None if watch is None else self._count,
            )
            for split, source in splits.items()
        }
        super().__init__(data_dir=data_dir, file_format=FileFormat.ARRAY_RECORD)

    def close(self) -> None:
        """Ends the threads that read clips."""
        for examples in self._examples.values():
            examples.close()

    def _count(self, clips: int, seconds: float) -> None:
        self._clips += clips
        self._seconds += seconds
        self._watch(self._clips, self._seconds)

    def _log_download_bytes(self) -> None:
        """Nothing is downloaded: what tfds would print is left out, here and below."""

    def _log_download_done(self) -> None:
        pass

    def _info(self) -> tfds.core.DatasetInfo:
        plan = self._plan
        return tfds.core.DatasetInfo(
            builder=self,
            description=plan.description or f"Prepared from {plan.origin}.",
            features=record_features(),
            metadata=tfds.core.MetadataDict({"sample_rate": plan.sample_rate}),
        )

    def _shard_iterators_per_split(self, dl_manager: Any) -> dict[str, list[Any]]:
        del dl_manager  # nothing to download
        return {
            split: [
                functools.partial(examples.of_shard, index)
                for index in range(len(self._plan.splits[split].shards))
            ]
            for split, examples in self._examples.items()
        }

    def _example_writer(self) -> ExampleWriter:
        return _KeepingWriter(self._plan, self._kept)


class _SplitExamples:
    """The examples of a split, shard by shard.

    Args:
        source: The clips.
        shards: Numbers of the records in each shard.
        is_kept: Whether each shard is kept, and needs no examples.
        count: Called after each record with the clips that it ends, 0 or 1, and its
            seconds.
    """

    def __init__(
        self,
        source: ClipSource,
        shards: Sequence[range],
        is_kept: Sequence[bool],
        count: Watch | None,
    ):
        self._source = source
        self._records = Records(source.lengths)
        self._shards = shards
        self._is_kept = is_kept
        self._count = count
        self._encoded: Iterator[dict[str, Any]] | None = None

    def of_shard(self, index: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yields number and example of each record; no example if the shard is kept."""
        if self._encoded is None:  # one pass for all shards, which share long clips
            later = zip(self._shards[index:], self._is_kept[index:], strict=True)
            missing = [numbers for numbers, is_kept in later if not is_kept]
            self._encoded = encode_records(self._source, self._records, missing)
        for number in self._shards[index]:
            example = {} if self._is_kept[index] else next(self._encoded)
            yield number, example
            example.clear()  # tfds holds all examples of a shard until it is written
            if self._count is not None:
                seconds = self._records.samples[number] / self._source.sample_rate
                self._count(int(self._records.ends_clip(number)), float(seconds))

    def close(self) -> None:
        if self._encoded is not None:
            self._encoded.close()


class _KeepingWriter(ExampleWriter):
    """Writes whole shards, and keeps a hard link to each complete one.

    On a file system without hard links nothing is kept, and the next run starts over.

    Args:
        plan: The plan of the dataset.
        folder: Where the links are.
    """

    def __init__(self, plan: Plan, folder: Path):
        super().__init__(file_format=FileFormat.ARRAY_RECORD)
        self._folder = folder
        self._counts = {
            name: shard.records
            for split, planned in plan.splits.items()
            for name, shard in zip(plan.shard_names(split), planned.shards, strict=True)
        }

    def write(
        self, path: str | os.PathLike, examples: Iterable[tuple[Any, bytes]]
    ) -> None:
        """Writes a shard to the path, or links the kept one there.

        Raises:
            WriteError: If it can't be written.
        """
        path = Path(path)
        kept = self._folder / path.name
        if kept.exists():
            return _link_or_copy(kept, path)
        write_shard(path, examples, self._counts[path.name], kept)
        with contextlib.suppress(OSError):
            os.link(path, kept)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # no hard links on this file system
        shutil.copyfile(source, target)
