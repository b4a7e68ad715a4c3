"""Writing a shard: it appears under its name when it is complete, and on the disk."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from keras_wavenet.data.prepared.errors import WriteError
from keras_wavenet.data.prepared.layout import import_array_record
from keras_wavenet.data.prepared.plan import Shard
from keras_wavenet.utils.atomic_file import SUFFIX

_OPTIONS = "group_size:1"  # one record can be read without its neighbours
_COPIED = 2**20  # bytes at a time


def write_shard(path: Path, records: Iterable[bytes], count: int) -> Shard:
    """Write a shard; where it fails, the path holds what it held before.

    Args:
        path: Where to; a file there is replaced.
        records: The records, serialised.
        count: How many they must be.

    Returns:
        What was written. The same records always make the same bytes.

    Raises:
        WriteError: If it can't be written.
        ImportError: If array_record is not installed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{SUFFIX}")
    try:
        _write_records(temporary, records)
        shard = _verify(temporary, count)
        temporary.replace(path)
    except WriteError as error:
        temporary.unlink(missing_ok=True)
        raise WriteError(f"{path} can't be written: {error}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return shard


def _write_records(path: Path, records: Iterable[bytes]):
    try:
        path.touch()
        writer = import_array_record().ArrayRecordWriter(str(path), _OPTIONS)
    except (OSError, RuntimeError) as error:
        raise WriteError(_reason(error)) from error
    try:
        for record in records:
            writer.write(record)
    except BaseException:
        _abandon(writer)
        raise
    try:
        # The writer works behind: it complains of a full disk here, if at all.
        writer.close()
    except RuntimeError as error:
        raise WriteError(_reason(error)) from error


def _abandon(writer):
    """Close a writer whose file nobody wants any more."""
    with contextlib.suppress(RuntimeError):
        writer.close()


def _verify(path: Path, count: int) -> Shard:
    """Count and hash what is there, after the disk has it."""
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            raise WriteError(_reason(error)) from error
        digest = hashlib.sha256()
        while block := file.read(_COPIED):
            digest.update(block)
    reader = import_array_record().ArrayRecordReader(str(path))
    found = reader.num_records()
    reader.close()
    if found != count:
        raise WriteError(f"it holds {found} records after writing {count}")
    return Shard(count, path.stat().st_size, digest.hexdigest())


def _reason(error: Exception) -> str:
    """What went wrong, without what ArrayRecord says about itself and the file."""
    return str(error).partition(";")[0].removeprefix("write() failed: ")


def is_complete(path: Path, shard: Shard) -> bool:
    """Whether a shard that was written is still what it was."""
    if shard.sha256 is None or not path.is_file():
        return False
    if path.stat().st_size != shard.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == shard.sha256
