"""Reading records at random, from however many shards."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.data.prepared.layout import import_array_record
from keras_wavenet.data.prepared.plan import Shard

_OPEN = 32  # shards at a time: systems allow a process a few hundred open files
# Read what is asked for, and nothing ahead.
_OPTIONS = "readahead_buffer_size:0,max_parallelism:0"


class ShardReader:
    """The records of a split, by number; safe to use from several threads.

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
        self._readers: OrderedDict = OrderedDict()
        self._lock = threading.Lock()
        for path, shard in zip(paths, shards, strict=True):
            _check_size(path, shard)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def read(self, number: int) -> tuple[bytes, Path]:
        """A record, and the shard that it lies in.

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

    def _open(self, index: int):
        """The reader of a shard, one of the last few that were used."""
        if index not in self._readers:
            path, shard = self._paths[index], self._shards[index]
            reader = import_array_record().ArrayRecordReader(str(path), _OPTIONS)
            if reader.num_records() != shard.records:
                raise DamagedError(
                    path, f"{reader.num_records()} of {shard.records} records"
                )
            self._readers[index] = reader
            if len(self._readers) > _OPEN:
                self._readers.popitem(last=False)[1].close()
        self._readers.move_to_end(index)
        return self._readers[index]


def _check_size(path: Path, shard: Shard):
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DamagedError(path, error.strerror) from error
    if size != shard.size:
        raise DamagedError(path, f"{size} of {shard.size} bytes")
