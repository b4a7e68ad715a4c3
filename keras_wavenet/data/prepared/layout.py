"""File names of a prepared dataset."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keras_wavenet.utils.extras import import_extra

PLAN = "prepared.json"
REPORT = "report.txt"
INFO = "dataset_info.json"  # of tfds, written last: with it, the dataset is complete
FILE_FORMAT = "array_record"
# All files that `prepare` writes to a folder, as patterns, in the order of removal.
OWN_FILES = (
    INFO,
    "features.json",
    "metadata.json",
    "LICENSE",
    REPORT,
    f"*.{FILE_FORMAT}-?????-of-?????",
    "clips-*.jsonl",
    PLAN,
)
_DATASET_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_SPLIT_NAME = re.compile(r"[A-Za-z]\w{0,99}", re.ASCII)


def is_prepared(folder: Path) -> bool:
    """Whether `prepare` wrote to a folder, to its end or not."""
    return (folder / PLAN).is_file()


def check_names(name: str, splits: Iterable[str] = ()) -> None:
    """Checks the names of a dataset and its splits, which become file names.

    Raises:
        ValueError: If tfds could not use one of them.
    """
    if not _DATASET_NAME.fullmatch(name):
        raise ValueError(
            "`name` must be a dataset name: small letters, digits and underscores, "
            f"a letter first. Received: name={name!r}"
        )
    for split in splits:
        if not _SPLIT_NAME.fullmatch(split):
            raise ValueError(
                "The name of a split must be letters, digits and underscores, a letter "
                f"first. Received: split={split!r}"
            )


def default_name(folder: str | Path) -> str:
    """Returns a dataset name like the name of a folder, or of another dataset."""
    words = re.sub(r"[^a-z0-9]+", "_", Path(folder).name.lower()).strip("_")
    return words[:100] if words[:1].isalpha() else f"audio_{words}"[:100].rstrip("_")


def shard_name(name: str, split: str, index: int, count: int) -> str:
    """Returns the file name of a shard, as tfds expects it."""
    return f"{name}-{split}.{FILE_FORMAT}-{index:05}-of-{count:05}"


def clips_name(split: str) -> str:
    """Returns the file name of the list of a split's clips."""
    return f"clips-{split}.jsonl"


def import_array_record() -> Any:
    """Returns the module that reads and writes shards."""
    return import_extra("array_record.python.array_record_module", "A prepared dataset")
