"""Clips as records: numbered parts of bounded length, packed into shards."""

import numpy as np

from keras_wavenet.data.reader import BLOCK_LENGTH

# A recording of hours must not be one record, which is read and decoded as a whole.
PART_LENGTH = BLOCK_LENGTH  # samples: 4 s at 16 kHz
SAMPLE_BYTES = 2  # int16


class Records:
    """The records of a split: clip after clip, part after part.

    Args:
        lengths: Samples of each clip, shape `(clips,)`.
    """

    def __init__(self, lengths: np.ndarray):
        self._lengths = np.asarray(lengths, "int64")
        self._parts = -(-self._lengths // PART_LENGTH)  # (clips,)
        self._ends = np.cumsum(self._parts)  # (clips,) the record after the last
        self._starts = self._ends - self._parts

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def parts(self, clip: int) -> int:
        """Number of records of a clip."""
        return int(self._parts[clip])

    def number(self, clip: int, part: int) -> int:
        """The record that holds a part of a clip."""
        return int(self._starts[clip]) + part

    def locate(self, record: int) -> tuple[int, int]:
        """The clip and the part that a record holds."""
        clip = int(np.searchsorted(self._ends, record, side="right"))
        return clip, record - int(self._starts[clip])

    def stretch(self, clip: int, part: int) -> tuple[int, int]:
        """First sample of a part, and the one after its last."""
        start = part * PART_LENGTH
        return start, min(start + PART_LENGTH, int(self._lengths[clip]))

    def pack(self, shard_bytes: int) -> list[int]:
        """Fill shards with records, in order, up to a number of bytes of audio.

        Returns:
            Number of records in each shard, at least one.
        """
        ends = np.cumsum(self._sizes())  # (records,) bytes
        counts, first, done = [], 0, 0
        while first < len(ends):
            stop = int(np.searchsorted(ends, done + shard_bytes, side="right"))
            stop = max(stop, first + 1)
            counts.append(stop - first)
            first, done = stop, int(ends[stop - 1])
        return counts

    def _sizes(self) -> np.ndarray:
        """Bytes of audio in each record."""
        sizes = np.full(len(self), PART_LENGTH * SAMPLE_BYTES)
        tails = self._lengths - (self._parts - 1) * PART_LENGTH
        sizes[self._ends - 1] = tails * SAMPLE_BYTES
        return sizes
