"""The files by which tfds knows a dataset, written with tfds' own tools."""

import tempfile
from pathlib import Path

from keras_wavenet.data.prepared.layout import FILE_FORMAT, INFO
from keras_wavenet.data.prepared.plan import Plan
from keras_wavenet.data.prepared.record_format import record_features
from keras_wavenet.utils.atomic_file import SUFFIX
from keras_wavenet.utils.extras import import_extra

_VERSION = "1.0.0"


def write_tfds_metadata(folder: Path, plan: Plan):
    """Make a folder of shards a dataset; this is the last that is written.

    Args:
        folder: The folder.
        plan: Its plan, all of whose shards are written.

    Raises:
        OSError: If a file can't be written.
    """
    info = _make_info(folder, plan)
    with tempfile.TemporaryDirectory(SUFFIX, ".metadata.", folder) as scratch:
        info.write_to_directory(scratch)
        written = sorted(Path(scratch).iterdir(), key=lambda path: path.name == INFO)
        for path in written:  # the one that tfds looks for comes last
            path.replace(folder / path.name)


def _make_info(folder: Path, plan: Plan):
    tfds = import_extra("tensorflow_datasets", "Preparing a dataset")
    core = tfds.core
    identity = core.dataset_info.DatasetIdentity(
        name=plan.name,
        version=core.Version(_VERSION),
        data_dir=str(folder),
        module_name="",
    )
    info = core.DatasetInfo(
        builder=identity,
        description=plan.description or f"Prepared from {plan.origin}.",
        features=record_features(),
        metadata=core.MetadataDict({"sample_rate": plan.sample_rate}),
    )
    info.set_file_format(FILE_FORMAT)
    splits = [_split_info(core, folder, plan, split) for split in plan.splits]
    info.set_splits(core.splits.SplitDict(splits))
    return info


def _split_info(core, folder: Path, plan: Plan, split: str):
    shards = plan.splits[split].shards
    return core.SplitInfo(
        name=split,
        shard_lengths=[shard.records for shard in shards],
        num_bytes=sum(shard.size for shard in shards),
        filename_template=core.ShardedFileTemplate(
            dataset_name=plan.name,
            data_dir=core.Path(folder),
            split=split,
            filetype_suffix=FILE_FORMAT,
        ),
    )
