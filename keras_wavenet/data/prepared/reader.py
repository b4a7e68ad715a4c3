"""Reading the clips of a prepared dataset from its shards."""

import functools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.data.clip_table import ClipTable
from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.data.prepared.layout import import_array_record
from keras_wavenet.data.prepared.plan import Shard
from keras_wavenet.data.prepared.records import (
    PART_LENGTH,
    Records,
    record_features,
    record_labels,
)
from keras_wavenet.data.reader import CachingReader
from keras_wavenet.data.resampling import resample_segment
from keras_wavenet.utils.pcm import from_pcm

_MOST_OPEN = 32  # shards: systems allow a process a few hundred open files
# The requested record is read, and nothing ahead.
_OPTIONS = "readahead_buffer_size:0,max_parallelism:0"


class ShardReader:
    """The records of a split by number; several threads may read at a time.

    Unlike the data sources of tfds and array_record, it keeps few files open, and names
    a file that is not what was written.

    Args:
        paths: The shards.
        shards: What each of them holds.

    Raises:
        DamagedError: If a shard is missing, or of another size than was written.
    """

    def __init__(self, paths: Sequence[Path], shards: Sequence[Shard]):
        self._paths = list(paths)
        self._shards = list(shards)
        self._ends = np.cumsum([shard.records for shard in shards])
        self._open = functools.lru_cache(_MOST_OPEN)(self._open_shard)
        self._lock = threading.Lock()
        for path, shard in zip(paths, shards, strict=True):
            _check_size(path, shard)

    def __reduce__(self):
        return ShardReader, (self._paths, self._shards)

    def read(self, number: int) -> tuple[bytes, Path]:
        """Reads a record; returns it and the path of its shard.

        Raises:
            DamagedError: If the shard is not what was written.
        """
        index = int(np.searchsorted(self._ends, number, side="right"))
        path, shard = self._paths[index], self._shards[index]
        place = number - int(self._ends[index]) + shard.records
        try:
            with self._lock:
                return self._open(index).read([place])[0], path
        except (RuntimeError, IndexError) as error:
            raise DamagedError(path, str(error)) from error

    def _open_shard(self, index: int) -> Any:
        path, shard = self._paths[index], self._shards[index]
        reader = import_array_record().ArrayRecordReader(str(path), _OPTIONS)
        if reader.num_records() != shard.records:
            raise DamagedError(
                path, f"{reader.num_records()} of {shard.records} records"
            )
        return reader


def _check_size(path: Path, shard: Shard) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DamagedError(path, error.strerror) from error
    if size != shard.size:
        raise DamagedError(path, f"{size} of {shard.size} bytes")


class PreparedReader(CachingReader):
    """Reads the clips of a prepared dataset, resampled to one rate.

    Args:
        shards: Reads the records.
        stored: The clips as they are stored.
        stored_rate: Their rate, in Hz.
        lengths: Samples of each clip at `sample_rate`.
        sample_rate: Rate to read at, in Hz.
    """

    def __init__(
        self,
        shards: ShardReader,
        stored: ClipTable,
        stored_rate: int,
        lengths: Sequence[int] | np.ndarray,
        sample_rate: int,
    ):
        super().__init__(self._decode, lengths)
        self._shards = shards
        self._stored = stored
        self._stored_lengths = stored.column("length")
        self._records = Records(self._stored_lengths)
        self._rates = stored_rate, sample_rate

    def _decode(self, recording, start, stop):
        def read(start, stop):
            return self._read_stored(recording, start, stop)

        length = int(self._stored_lengths[recording])
        waveform = resample_segment(read, length, *self._rates, start, stop)
        return np.clip(waveform, -1, 1)

    def _read_stored(self, clip: int, start: int, stop: int) -> np.ndarray:
        """Samples of a clip at the rate they are stored at."""
        parts = range(start // PART_LENGTH, (stop - 1) // PART_LENGTH + 1)
        samples = np.concatenate([self._read_part(clip, part) for part in parts])
        offset = parts.start * PART_LENGTH
        return from_pcm(samples[start - offset : stop - offset])

    def _read_part(self, clip: int, part: int) -> np.ndarray:
        number = self._records.number(clip, part)
        record, path = self._shards.read(number)
        example = record_features().deserialize_example_np(record)
        found = example["id"].decode(), int(example["part"]), len(example["audio"])
        samples = int(self._records.samples[number])
        expected = record_labels(self._stored[clip])["id"], part, samples
        if found != expected:
            raise DamagedError(path, "a record of another clip")
        return example["audio"]
