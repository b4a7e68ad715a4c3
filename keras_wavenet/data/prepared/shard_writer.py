"""Writing a shard; importing it needs tensorflow-datasets."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tensorflow_datasets.core.file_adapters import FileFormat
from tensorflow_datasets.core.writer import ExampleWriter
from tensorflow_datasets.proto import tf_example_pb2

from keras_wavenet.data.prepared.errors import WriteError
from keras_wavenet.data.prepared.layout import import_array_record


def write_shard(
    path: Path, examples: Iterable[tuple[Any, bytes]], count: int, target: Path
) -> None:
    """Writes a shard, and waits until the disk has it.

    Args:
        path: Where to.
        examples: A key, which is not used, and a serialized example for each record.
        count: How many there are.
        target: The name that the file will have, for errors.

    Raises:
        WriteError: If it can't be written.
    """
    writer = ExampleWriter(file_format=FileFormat.ARRAY_RECORD)
    try:
        writer.write(path, map(_sort_features, examples))
        _check_shard(path, count)
    except RuntimeError as error:  # of array_record
        # Without the parts about array_record itself and the file.
        reason = str(error).partition(";")[0].removeprefix("write() failed: ")
        raise WriteError(f"{target} can't be written: {reason}") from error


def _sort_features(example: tuple[Any, bytes]) -> tuple[Any, bytes]:
    """The same record in the same bytes: protobuf draws an order in each process."""
    key, record = example
    message = tf_example_pb2.Example.FromString(record)
    return key, message.SerializeToString(deterministic=True)


def _check_shard(path: Path, count: int) -> None:
    """Waits until the disk has a shard, and counts its records.

    array_record writes in the background, and may not report a full disk.
    """
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            raise RuntimeError(error.strerror) from error
    reader = import_array_record().ArrayRecordReader(str(path))
    found = reader.num_records()
    reader.close()
    if found != count:
        raise RuntimeError(f"it holds {found} of {count} records")
