"""The plan of a prepared dataset: its clips and shards, made before any is written."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.clip_list import RATES, hash_clips
from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.data.prepared.layout import PLAN, check_names, shard_name
from keras_wavenet.data.prepared.records import Records
from keras_wavenet.utils.atomic_file import replacing
from keras_wavenet.utils.input_file import read_json

FORMAT = 1
_LARGEST_PLAN = 2**28  # bytes
_MOST = 2**50  # of anything that is counted
_WRONG_CONTENT = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True)
class Shard:
    """One file of records.

    Attributes:
        records: Number of its records.
        size: Its bytes; None until the dataset is complete.
        sha256: Of its content, as hexadecimal digits; None until then.
    """

    records: int
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class SplitPlan:
    """One split.

    Attributes:
        clips: Number of its clips.
        clips_sha256: SHA-256 of the list of them.
        shards: Its files, in the order of the clips.
    """

    clips: int
    clips_sha256: str
    shards: tuple[Shard, ...]


@dataclass(frozen=True)
class Plan:
    """What a prepared dataset consists of.

    Attributes:
        name: Name of the dataset.
        sample_rate: Rate of all clips, in Hz.
        settings: Names and values that the dataset depends on.
        origin: Where the clips came from, in words.
        description: Text that goes with the clips, above all their license.
        skipped: Pairs of a clip's name and the reason why it was rejected.
        notes: Further sentences about the clips.
        splits: The splits by name.
    """

    name: str
    sample_rate: int
    settings: dict[str, Any]
    origin: str
    description: str = ""
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    splits: dict[str, SplitPlan] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether all shards were written."""
        shards = (shard for split in self.splits.values() for shard in split.shards)
        return all(shard.sha256 is not None for shard in shards)

    def shard_names(self, split: str) -> list[str]:
        """Returns the file names of a split's shards."""
        count = len(self.splits[split].shards)
        return [shard_name(self.name, split, index, count) for index in range(count)]

    def record_ranges(self, split: str) -> list[range]:
        """Returns the numbers of the records in each shard of a split."""
        ranges, first = [], 0
        for shard in self.splits[split].shards:
            ranges.append(range(first, first + shard.records))
            first += shard.records
        return ranges

    def with_shards(self, shards: Mapping[str, tuple[Shard, ...]]) -> "Plan":
        """Returns the plan with other shards of each split."""
        splits = {
            split: replace(self.splits[split], shards=written)
            for split, written in shards.items()
        }
        return replace(self, splits=splits)

    def save(self, folder: Path) -> None:
        """Writes the plan; the file changes as a whole, or not at all."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1)
        with replacing(folder / PLAN) as file:
            file.write(text.encode())


def make_plan(
    splits: Mapping[str, ClipSource],
    name: str,
    shard_bytes: int,
    description: str = "",
    **settings: Any,
) -> Plan:
    """Plans a dataset.

    Args:
        splits: The clips of each split, all at one sample rate.
        name: Name of the dataset.
        shard_bytes: Bytes of audio in a shard.
        description: Text that goes with the dataset.
        **settings: What else the dataset depends on.

    Raises:
        ValueError: If a name can't be used, or the rates differ.
    """
    check_names(name, splits)
    rates = {source.sample_rate for source in splits.values()}
    if len(rates) != 1:
        raise ValueError(
            f"Expected splits at one sample rate. Received: {sorted(rates)} Hz"
        )
    reports = [source.report for source in splits.values()]
    skipped = dict.fromkeys(pair for report in reports for pair in report.skipped)
    layouts = [f"layout: {report.layout}" for report in reports if report.layout]
    notes = dict.fromkeys(note for report in reports for note in report.notes)
    return Plan(
        name=name,
        sample_rate=rates.pop(),
        settings={"shard_bytes": shard_bytes, **settings},
        origin=_origin(splits),
        description=description,
        skipped=tuple(skipped),
        notes=tuple(dict.fromkeys([*layouts, *notes])),
        splits={
            split: SplitPlan(
                clips=len(source),
                clips_sha256=hash_clips(source.clips),
                shards=tuple(map(Shard, Records(source.lengths).pack(shard_bytes))),
            )
            for split, source in splits.items()
        },
    )


def _origin(splits: Mapping[str, ClipSource]) -> str:
    """Where the clips came from: "folder x (train)" without the split's name."""
    origins = (
        source.report.origin.removesuffix(f" ({split})")
        for split, source in splits.items()
    )
    return "; ".join(dict.fromkeys(origins))


def read_plan(folder: Path) -> Plan:
    """Reads the plan of a dataset, and checks all of it.

    Raises:
        DamagedError: If it is not a plan.
    """
    path = folder / PLAN
    try:
        entries = read_json(path, _LARGEST_PLAN)
        if entries.pop("format") != FORMAT:
            raise ValueError("a format of another version")
        return _parse(**entries)
    except _WRONG_CONTENT as error:
        raise DamagedError(path, f"{type(error).__name__}: {error}") from error


def _parse(
    name, sample_rate, settings, origin, description, skipped, notes, splits
) -> Plan:
    for text in (name, origin, description, *notes):
        _check(text, str)
    _check_count(sample_rate)
    if not RATES[0] <= sample_rate <= RATES[1]:
        raise ValueError(f"expected a sample rate, found {sample_rate}")
    _check(settings, dict)
    check_names(name, splits)
    return Plan(
        name=name,
        sample_rate=sample_rate,
        settings=settings,
        origin=origin,
        description=description,
        skipped=tuple((_check(clip, str), _check(why, str)) for clip, why in skipped),
        notes=tuple(notes),
        splits={split: _parse_split(**entry) for split, entry in splits.items()},
    )


def _parse_split(clips, clips_sha256, shards) -> SplitPlan:
    _check_count(clips)
    parsed = tuple(_parse_shard(**shard) for shard in shards)
    return SplitPlan(clips, _check(clips_sha256, str), parsed)


def _parse_shard(records, size, sha256) -> Shard:
    _check_count(records)
    if sha256 is not None:
        _check_count(size)
        _check(sha256, str)
    return Shard(records, size, sha256)


def _check(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"expected {kind.__name__}, found {value!r:.100}")
    return value


def _check_count(value: Any):
    if type(value) is not int or not 0 < value < _MOST:
        raise ValueError(f"expected a number above 0, found {value!r:.100}")
