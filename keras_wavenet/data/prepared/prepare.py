"""`prepare`: audio from anywhere becomes a tfds dataset in a folder."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.encoding import encode_records
from keras_wavenet.data.prepared.folder import DatasetFolder
from keras_wavenet.data.prepared.layout import default_name
from keras_wavenet.data.prepared.plan import Plan, make_plan
from keras_wavenet.data.prepared.records import Records
from keras_wavenet.data.prepared.report import describe

SHARD_BYTES = 32 * 10**6  # 17 minutes at 16 kHz
_MOST_SHARDS = 200  # of a split: readers keep all of them open
Watch = Callable[[int, float], None]


def prepare(
    splits: Mapping[str, ClipSource],
    out: str | os.PathLike,
    *,
    name: str | None = None,
    shard_bytes: int | None = None,
    overwrite: bool = False,
    description: str = "",
    watch: Watch | None = None,
    settings: Mapping[str, str | int | float | None] | None = None,
) -> str:
    """Write clips as a tfds dataset that is read without decoding or resampling.

    Samples are stored as int16, in parts of at most 2**16 a record, in ArrayRecord
    shards; tfds, grain and `PreparedSource` read them, none with TensorFlow. Each shard
    appears when it is complete. Whatever stops the work, the same call goes on where it
    stopped, and ends with the same bytes as if nothing had happened. A call for a
    dataset that is complete checks all of it, and mends it where it is damaged. One
    process at a time may work in a folder.

    Args:
        splits: The clips of each split, all at one sample rate.
        out: Folder of the dataset; made if it is not there.
        name: Name of the dataset; made from that of the folder if None.
        shard_bytes: Bytes of audio in a shard; 32 MB if None, or more where a split
            would have more than 200 shards.
        overwrite: Whether to replace a dataset that was prepared otherwise.
        description: Words that go with the dataset, such as licences.
        watch: Called with the clips and the seconds of audio done, after each record
            and often besides; what it raises ends the work.
        settings: How the clips were chosen, by name; to be compared at the next call.

    Returns:
        The report, which also lies in the folder.

    Raises:
        ValueError: If a name can't be used, or there are no clips.
        FileExistsError: If the folder holds anything else, or a dataset that was
            prepared otherwise and `overwrite` is false.
        WriteError: If a file can't be written, as on a full disk, or won't fit.
        ImportError: If an optional dependency is missing; names the extra to install.

    Example:
        `prepare({"train": FolderSource("recordings", 16000)}, "prepared")`
    """
    if not splits or not all(map(len, splits.values())):
        raise ValueError(f"Expected splits with clips. Received: splits={splits!r}")
    out = Path(out)
    if shard_bytes is None:
        shard_bytes = max(map(_shard_bytes, splits.values()))
    name = default_name(out) if name is None else name
    plan = make_plan(splits, name, shard_bytes, description, **(settings or {}))
    folder = DatasetFolder(out)
    plan = folder.begin(plan, splits, overwrite)
    tally = _Tally(watch)
    for split, source in splits.items():
        plan = _write_shards(folder, plan, split, source, tally)
    report = describe(plan, splits)
    folder.finish(plan, report)
    return report


def _shard_bytes(source: ClipSource) -> int:
    return max(SHARD_BYTES, 2 * int(source.lengths.sum()) // _MOST_SHARDS)


def _write_shards(
    folder: DatasetFolder, plan: Plan, split: str, source: ClipSource, tally: "_Tally"
) -> Plan:
    """Write the shards of a split that are not there, and return the plan with them."""
    records = Records(source.lengths)
    shards = list(_ranges(shard.records for shard in plan.splits[split].shards))
    there = []
    for index in range(len(shards)):
        there.append(folder.has_shard(plan, split, index))
        tally.tell()  # reading many shards through takes a while
    missing = [
        numbers for numbers, found in zip(shards, there, strict=True) if not found
    ]
    with closing(encode_records(source, records, missing)) as encoded:
        for index, numbers in enumerate(shards):
            if there[index]:
                for number in numbers:
                    tally.count(source, records, number)
            else:
                own = islice(encoded, len(numbers))
                counted = tally.follow(own, source, records, numbers)
                plan = folder.write_shard(plan, split, index, counted)
    return plan


def _ranges(counts: Iterable[int]) -> Iterator[range]:
    """Ranges of so many numbers each, one after the other."""
    first = 0
    for count in counts:
        yield range(first, first + count)
        first += count


class _Tally:
    """Counts what is done, over all splits.

    Args:
        watch: What is told of it.
    """

    def __init__(self, watch: Watch | None):
        self._watch = watch
        self._clips = 0
        self._seconds = 0.0

    def count(self, source: ClipSource, records: Records, number: int):
        """Count one record."""
        clip, part = records.locate(number)
        start, stop = records.stretch(clip, part)
        self._seconds += (stop - start) / source.sample_rate
        self._clips += part + 1 == records.parts(clip)
        self.tell()

    def tell(self):
        """Tell what is done until now."""
        if self._watch is not None:
            self._watch(self._clips, self._seconds)

    def follow(
        self,
        encoded: Iterable[bytes],
        source: ClipSource,
        records: Records,
        numbers: range,
    ) -> Iterator[bytes]:
        """Pass records on, and count them."""
        for number, record in zip(numbers, encoded, strict=True):
            yield record
            self.count(source, records, number)
