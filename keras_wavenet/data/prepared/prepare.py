"""`prepare`: audio of any source becomes a tfds dataset in a folder."""

import contextlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared import folder
from keras_wavenet.data.prepared.layout import default_name, import_array_record
from keras_wavenet.data.prepared.plan import Plan, make_plan
from keras_wavenet.data.prepared.records import record_features
from keras_wavenet.data.prepared.report import describe
from keras_wavenet.data.prepared.workers import check_runner, write_missing_shards
from keras_wavenet.utils.atomic_file import SUFFIX
from keras_wavenet.utils.paths import user_path

SHARD_BYTES = 32 * 10**6  # 17 minutes at 16 kHz
_MOST_SHARDS = 200  # of a split: tfds and grain keep all of them open


def prepare(
    splits: Mapping[str, ClipSource],
    out: str | os.PathLike,
    *,
    name: str | None = None,
    shard_bytes: int | None = None,
    overwrite: bool = False,
    description: str = "",
    watch: folder.Watch | None = None,
    settings: Mapping[str, str | int | float | None] | None = None,
    beam_runner: Any = None,
    beam_options: Sequence[str] = (),
) -> str:
    """Writes clips as a tfds dataset that is read without decoding or resampling.

    Samples are stored as int16, in parts of at most 2**16 a record, in ArrayRecord
    shards; tfds, grain and `PreparedSource` read them, none with TensorFlow. A tfds
    builder writes the shards. Each of them appears when it is complete, and the file
    that makes the folder a dataset, `dataset_info.json`, comes last. Whatever stops the
    work, the same call continues after the last complete shard, and the result has the
    same bytes as without a stop. A call for a complete dataset checks all of it, and
    writes damaged shards again. One process at a time may work in a folder.

    Args:
        splits: The clips of each split, all at one sample rate.
        out: Folder of the dataset; made if it is not there.
        name: Name of the dataset; made from the name of the folder if None.
        shard_bytes: Bytes of audio in a shard; 32 MB if None, or more where a split
            would have more than 200 shards.
        overwrite: Whether to replace a dataset that was prepared otherwise.
        description: Text that goes with the dataset, such as licenses.
        watch: Called with the clips and the seconds of audio done, after each record
            and each check; an exception from it ends the work.
        settings: How the clips were chosen, by name; compared at the next call.
        beam_runner: Runner of Apache Beam whose workers write the shards, such as
            `"DirectRunner"`, without calls of `watch`; this process if None. The files
            are the same. Workers on other machines need `out` and the recordings at
            the same paths.
        beam_options: Options of the pipeline, such as `"--direct_num_workers=2"`.

    Returns:
        The report, which is also in the folder.

    Raises:
        ValueError: If a name can't be used, or there are no clips.
        FileExistsError: If the folder holds anything else, or a dataset that was
            prepared otherwise and `overwrite` is false.
        WriteError: If a file can't be written, as on a full disk, or won't fit.
        WorkerError: If workers could not write all shards.
        ImportError: If an optional dependency is missing; names the extra to install.

    Example:
        `prepare({"train": FolderSource("recordings", 16000)}, "prepared")`
    """
    if not splits or not all(map(len, splits.values())):
        raise ValueError(f"Expected splits with clips. Received: splits={splits!r}")
    out = user_path(out)
    if shard_bytes is None:
        shard_bytes = max(map(_shard_bytes, splits.values()))
    name = default_name(out) if name is None else name
    plan = make_plan(splits, name, shard_bytes, description, **(settings or {}))
    record_features()  # before anything is written: these two may be missing
    import_array_record()
    if beam_runner is not None:
        check_runner(beam_runner)
    plan = folder.begin(out, plan, splits, overwrite)
    report = describe(plan, splits)
    if not folder.check_shards(out, plan, watch):
        if beam_runner is not None:
            write_missing_shards(plan, splits, out, beam_runner, beam_options)
        _build(plan, splits, out, report, watch if beam_runner is None else None)
    return report


def _shard_bytes(source: ClipSource) -> int:
    return max(SHARD_BYTES, 2 * int(source.lengths.sum()) // _MOST_SHARDS)


def _build(
    plan: Plan,
    splits: Mapping[str, ClipSource],
    out: Path,
    report: str,
    watch: folder.Watch | None,
) -> None:
    """Writes the missing shards and tfds' own files."""
    from keras_wavenet.data.prepared.builder import PreparedBuilder

    with tempfile.TemporaryDirectory(SUFFIX, ".tfds.", out) as data_dir:
        builder = PreparedBuilder(plan, splits, out, watch, data_dir)
        with contextlib.closing(builder):
            builder.download_and_prepare()
        folder.complete(out, plan, report, Path(builder.data_dir))
