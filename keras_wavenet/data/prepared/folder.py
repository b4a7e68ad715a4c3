"""The folder of a dataset while it is prepared: begun, checked, completed."""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.prepared.clip_list import read_clips, serialize_clips
from keras_wavenet.data.prepared.errors import DamagedError, WriteError
from keras_wavenet.data.prepared.layout import INFO, OWN_FILES, PLAN, REPORT, clips_name
from keras_wavenet.data.prepared.plan import Plan, Shard, SplitPlan, read_plan
from keras_wavenet.data.prepared.records import SAMPLE_BYTES
from keras_wavenet.utils.atomic_file import (
    leftovers,
    replacing,
    sync_file,
    sync_folder,
)
from keras_wavenet.utils.input_file import open_file

Watch = Callable[[int, float], None]  # called with the clips and seconds done

_NAMED = 3  # clips that a difference names


def check_folder(path: Path) -> None:
    """Refuses a folder that no dataset can be written to, before any long work.

    Raises:
        FileExistsError: If it holds something else than a dataset, or is a file.
        ValueError: If its path is not UTF-8.
    """
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        raise ValueError(
            "Expected a folder whose path is UTF-8 text: array_record writes to no "
            f"other. Received: {path}."
        ) from None
    if (path / PLAN).exists() or not path.exists():
        return
    if not path.is_dir():
        raise FileExistsError(
            f"Expected the name of a folder. Received: {path}, a file."
        )
    names = [entry.name for entry in path.iterdir() if entry.name[0] != "."]
    if names:
        raise FileExistsError(
            "Expected a new folder, an empty one or one where a dataset was begun. "
            f"Received: {path}, which holds {min(names)}."
        )


def begin(
    path: Path, plan: Plan, splits: Mapping[str, ClipSource], overwrite: bool
) -> Plan:
    """Writes the plan and the lists of clips, in place of those of an earlier run.

    Args:
        path: The folder; made if it is not there.
        plan: What shall be prepared.
        splits: The clips of each split.
        overwrite: Whether to replace a dataset of other clips or settings.

    Returns:
        The plan, with the checksums of the shards that an earlier run completed.

    Raises:
        FileExistsError: If the folder holds something else, and is to be kept.
        WriteError: If it can't be written to, or has not enough room.
    """
    check_folder(path)
    if (path / PLAN).exists():
        try:
            old = read_plan(path)
            found = _differences(old, plan, path, splits)
        except DamagedError as error:
            found = [f"its plan can't be read: {error.received}"]
        if not found:
            kept = {name: split.shards for name, split in old.splits.items()}
            plan = plan.with_shards(kept)
        elif overwrite:
            _clear(path)
        else:
            raise FileExistsError(
                f"{path} holds a dataset that was prepared otherwise: "
                f"{'; '.join(found)}. Name another folder, or give `overwrite` "
                "(--overwrite) to replace it."
            )
    with _write_errors():
        path.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        _check_room(path, plan, splits)
        plan.save(path)
        for split, source in splits.items():
            _write_clips(path / clips_name(split), plan.splits[split], source)
    return plan


def check_shards(path: Path, plan: Plan, watch: Watch | None) -> bool:
    """Removes the damaged shards of a dataset that was begun.

    Args:
        path: The folder.
        plan: Its plan.
        watch: Called with zeros after each shard: to read many of them takes a while.

    Returns:
        Whether the dataset is complete.
    """
    complete = (path / INFO).is_file()
    for split, planned in plan.splits.items():
        for name, shard in zip(plan.shard_names(split), planned.shards, strict=True):
            if not _is_intact(path / name, shard):
                (path / INFO).unlink(missing_ok=True)
                (path / name).unlink(missing_ok=True)
                complete = False
            if watch is not None:
                watch(0, 0.0)
    return complete


def complete(path: Path, plan: Plan, report: str, written: Path) -> None:
    """Makes a folder a dataset, once all shards are written.

    Args:
        path: The folder.
        plan: Its plan.
        report: Text about what was prepared.
        written: The folder that tfds wrote the dataset to.

    Raises:
        WriteError: If a file can't be written.
    """
    shards = {
        split: tuple(
            _measure(written / name, shard.records)
            for name, shard in zip(plan.shard_names(split), planned.shards, strict=True)
        )
        for split, planned in plan.splits.items()
    }
    with _write_errors():
        with replacing(path / REPORT) as file:
            file.write(report.encode("utf-8", "replace"))
        plan.with_shards(shards).save(path)
        for pattern in reversed(OWN_FILES):  # with the last one it is a dataset
            for file in sorted(written.glob(pattern)):
                sync_file(file)
                file.replace(path / file.name)
            sync_folder(path)  # the names so far before the next: tfds' own come last


@contextlib.contextmanager
def _write_errors() -> Iterator[None]:
    """Raises errors of writing as `WriteError`, which adds advice."""
    try:
        yield
    except OSError as error:
        raise WriteError(str(error)) from error


def _measure(path: Path, records: int) -> Shard:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Shard(records, path.stat().st_size, digest.hexdigest())


def _is_intact(path: Path, shard: Shard) -> bool:
    """Whether a shard is there, and is what was written.

    A shard without a checksum is of a dataset that was never completed; it got its name
    when it was whole.
    """
    if not path.is_file():
        return False
    if shard.sha256 is None:
        return True
    same_size = path.stat().st_size == shard.size
    return same_size and _measure(path, shard.records) == shard


def _write_clips(path: Path, planned: SplitPlan, source: ClipSource) -> None:
    with contextlib.suppress(FileNotFoundError), open_file(path) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == planned.clips_sha256:
            return
    with replacing(path) as file:
        file.writelines(serialize_clips(source.clips))


def _check_room(path: Path, plan: Plan, splits: Mapping[str, ClipSource]) -> None:
    samples = sum(int(source.lengths.sum()) for source in splits.values())
    names = [name for split in plan.splits for name in plan.shard_names(split)]
    there = [path / name for name in names if (path / name).is_file()]
    needed = samples * SAMPLE_BYTES - sum(shard.stat().st_size for shard in there)
    free = shutil.disk_usage(path).free
    if needed > free:
        raise OSError(
            f"Expected {needed / 1e9:.1f} GB of room for {path}. "
            f"Received: {free / 1e9:.1f} GB"
        )


def _clear(path: Path) -> None:
    """Removes all files of a dataset, INFO first, and nothing else."""
    for pattern in OWN_FILES:
        for file in sorted(path.glob(pattern)):
            file.unlink()


def _remove_leftovers(path: Path) -> None:
    """Removes the temporary files of a process that was killed."""
    for entry in leftovers(path, "*"):
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _differences(
    old: Plan, new: Plan, path: Path, splits: Mapping[str, ClipSource]
) -> list[str]:
    """A phrase for each difference between two plans; none if they agree."""
    before = {"name": old.name, "sample_rate": old.sample_rate, **old.settings}
    now = {"name": new.name, "sample_rate": new.sample_rate, **new.settings}
    found = [
        f"{name} {before.get(name)}, now {now.get(name)}"
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    ]
    if found:
        return found  # which changes the clips, too
    if old.splits.keys() != new.splits.keys():
        found.append(f"splits {', '.join(old.splits)}, now {', '.join(new.splits)}")
    for split in sorted(old.splits.keys() & new.splits.keys()):
        listed = old.splits[split]
        if listed.clips_sha256 != new.splits[split].clips_sha256:
            try:
                name = path / clips_name(split)
                clips = read_clips(name, listed.clips, listed.clips_sha256)
            except DamagedError:
                clips = []
            found += _changed_clips(split, clips, splits[split].clips)
    if set(old.skipped) != set(new.skipped):
        found.append(f"{len(old.skipped)} rejected files, now {len(new.skipped)}")
    return found


def _changed_clips(
    split: str, old: Sequence[ClipInfo], new: Sequence[ClipInfo]
) -> list[str]:
    """Which clips differ; none if only the format of the lists does."""
    before, now = (
        {clip.clip_id: next(serialize_clips([clip])) for clip in clips}
        for clips in (old, new)
    )
    kinds = {
        "new": [name for name in now if name not in before],
        "gone": [name for name in before if name not in now],
        "changed": [name for name in now if before.get(name, now[name]) != now[name]],
    }
    return [
        f"{split}: {len(names)} clips {kind} ({', '.join(names[:_NAMED])}"
        f"{', ...' if len(names) > _NAMED else ''})"
        for kind, names in kinds.items()
        if names
    ]
