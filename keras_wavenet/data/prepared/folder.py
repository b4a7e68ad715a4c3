"""The folder of a dataset while it is prepared: begun, gone on with, finished."""

import contextlib
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.clip_list import encode_clips
from keras_wavenet.data.prepared.comparison import differences
from keras_wavenet.data.prepared.errors import DamagedError, WriteError
from keras_wavenet.data.prepared.layout import OWN_FILES, PLAN, REPORT, clips_name
from keras_wavenet.data.prepared.plan import Plan, read_plan
from keras_wavenet.data.prepared.records import SAMPLE_BYTES
from keras_wavenet.data.prepared.shard_writer import is_complete, write_shard
from keras_wavenet.data.prepared.tfds_metadata import write_tfds_metadata
from keras_wavenet.utils.atomic_file import leftovers, replacing


class DatasetFolder:
    """A folder that a dataset is written to.

    Args:
        path: Where it is or shall be.
    """

    def __init__(self, path: Path):
        self.path = path

    def check(self):
        """Refuse a folder that no dataset can be written to, before any long work.

        Raises:
            FileExistsError: If it holds something else than a dataset, or is a file.
        """
        if (self.path / PLAN).exists():
            return
        if self.path.exists() and not self.path.is_dir():
            raise FileExistsError(
                f"Expected the name of a folder. Received: {self.path}, a file."
            )
        if not self.path.is_dir():
            return
        names = [path.name for path in self.path.iterdir() if path.name[0] != "."]
        if names:
            raise FileExistsError(
                "Expected a new folder, an empty one or one where a dataset was begun. "
                f"Received: {self.path}, which holds {min(names)}."
            )

    def begin(
        self, plan: Plan, splits: Mapping[str, ClipSource], overwrite: bool
    ) -> Plan:
        """Make the folder ready, and find what of the plan is in it already.

        Args:
            plan: What shall be prepared.
            splits: The clips of each split.
            overwrite: Whether to replace what was prepared otherwise.

        Returns:
            The plan, with the shards that were written before.

        Raises:
            FileExistsError: If the folder holds something that is to be kept.
            WriteError: If it can't be written to, or has not enough room.
        """
        plan = self._found_plan(plan, splits, overwrite) or plan
        with _advice():
            self.path.mkdir(parents=True, exist_ok=True)
            self._remove_leftovers()
            self._check_room(plan, splits)
            plan.save(self.path)
            for split, source in splits.items():
                self._write_clips(plan, split, source)
        return plan

    def _found_plan(self, plan, splits, overwrite) -> Plan | None:
        """The plan that is in the folder, if work can go on with it."""
        self.check()
        if not (self.path / PLAN).exists():
            return None
        try:
            old = read_plan(self.path)
            found = differences(old, plan, self.path, splits)
        except DamagedError as error:
            found = [f"its plan can't be read: {error.received}"]
        if not found:
            return old
        if not overwrite:
            raise FileExistsError(
                f"{self.path} holds a dataset that was prepared otherwise: "
                f"{'; '.join(found)}. Name another folder, or give `overwrite` "
                "(--overwrite) to replace it."
            )
        self._clear()
        return None

    def _clear(self):
        """Remove all that belongs to a dataset, the plan last, and nothing else."""
        for pattern in (*OWN_FILES, PLAN):
            for path in sorted(self.path.glob(pattern)):
                path.unlink()

    def _remove_leftovers(self):
        """Remove what a process left behind that was killed."""
        for path in leftovers(self.path, "*"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _check_room(self, plan: Plan, splits: Mapping[str, ClipSource]):
        samples = sum(int(source.lengths.sum()) for source in splits.values())
        shards = [s for split in plan.splits.values() for s in split.shards]
        needed = samples * SAMPLE_BYTES - sum(shard.size or 0 for shard in shards)
        free = shutil.disk_usage(self.path).free
        if needed > free:
            raise WriteError(
                f"Expected {needed / 1e9:.1f} GB of room for {self.path}. "
                f"Received: {free / 1e9:.1f} GB"
            )

    def _write_clips(self, plan: Plan, split: str, source: ClipSource):
        path = self.path / clips_name(split)
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found == plan.splits[split].clips_sha256:
                return
        with replacing(path) as file:
            file.writelines(encode_clips(source.clips))

    def has_shard(self, plan: Plan, split: str, index: int) -> bool:
        """Whether a shard is there, and is what was written."""
        path = self.path / plan.shard_names(split)[index]
        return is_complete(path, plan.splits[split].shards[index])

    def write_shard(
        self, plan: Plan, split: str, index: int, records: Iterable[bytes]
    ) -> Plan:
        """Write a shard, and tick it off.

        Args:
            plan: The plan.
            split: The split.
            index: Number of the shard.
            records: What it is to hold.

        Returns:
            The plan, with the shard.

        Raises:
            WriteError: If a file can't be written.
        """
        path = self.path / plan.shard_names(split)[index]
        count = plan.splits[split].shards[index].records
        with _advice(of_all=False):
            shard = write_shard(path, records, count)
        with _advice():
            plan = plan.with_shard(split, index, shard)
            plan.save(self.path)
        return plan

    def finish(self, plan: Plan, report: str):
        """Make the folder a dataset, once all shards are there.

        Args:
            plan: The plan.
            report: What was prepared, in words.

        Raises:
            WriteError: If a file can't be written.
        """
        with _advice():
            with replacing(self.path / REPORT) as file:
                file.write(report.encode("utf-8", "replace"))
            write_tfds_metadata(self.path, plan)


@contextlib.contextmanager
def _advice(of_all: bool = True):
    """Say what to do where a file can't be written.

    Args:
        of_all: Whether every `OSError` here comes of writing.
    """
    try:
        yield
    except OSError as error:
        if not of_all and not isinstance(error, WriteError):
            raise
        raise WriteError(
            f"{error}. What was prepared until here is kept: make room, or mend what "
            "is wrong with the disk, and run the same again."
        ) from error
