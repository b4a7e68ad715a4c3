"""How the recordings of an origin are read: any segment, or block by block."""

import abc
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

import numpy as np

BLOCK_LENGTH = 2**16  # samples decoded at a time: 4 s at 16 kHz
# A quarter of an hour of float32 audio at 16 kHz. Small corpora stay in memory; for
# large ones hardly any window is near the last, and no cache would help.
_CACHE_BYTES = 64 * 2**20


class Reader(abc.ABC):
    """Gives segments of the recordings of an origin, at the rate of its source.

    A recording has a number, which the origin decides: the place of a file in a list,
    of an example in a dataset.
    """

    @abc.abstractmethod
    def read(self, recording: int, start: int, stop: int) -> np.ndarray:
        """Reads samples `start` to `stop - 1` of a recording, all of them inside it.

        Returns:
            float32 array, shape `(stop - start,)`, samples in [-1, 1]. Threads may call
            it at the same time.
        """

    def blocks(self, recording: int, start: int, stop: int) -> Iterator[np.ndarray]:
        """Reads a segment from its first sample to its last, a block at a time.

        Yields:
            float32 arrays of `BLOCK_LENGTH` samples, the last one of the rest; exactly
            the same at every call with the same arguments.
        """
        for first in range(start, stop, BLOCK_LENGTH):
            yield self.read(recording, first, min(first + BLOCK_LENGTH, stop))


class CachingReader(Reader):
    """Decodes recordings in blocks, and keeps those that were used last.

    Many windows of one recording then cost one decoding, and memory depends neither on
    the length of recordings nor on their number.

    Args:
        decode: Function that reads a segment, as `Reader.read`.
        lengths: Samples of each recording by its number, at the rate of the source.
        whole: Whether a recording can only be decoded as a whole, and is one block.
    """

    def __init__(
        self,
        decode: Callable[[int, int, int], np.ndarray],
        lengths: Sequence[int] | Mapping[int, int],
        whole: bool = False,
    ):
        self._decode = decode
        self._lengths = lengths
        self._whole = whole
        self._cache = BlockCache(self._decode_block)

    def read(self, recording: int, start: int, stop: int) -> np.ndarray:
        size = self._block_length(recording)
        pieces = []
        for block in range(start // size, (stop - 1) // size + 1):
            first = block * size
            samples = self._cache[recording, block]
            pieces.append(samples[max(start - first, 0) : stop - first])
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def blocks(self, recording: int, start: int, stop: int) -> Iterator[np.ndarray]:
        # Not kept, unless what was decoded holds the next block, too.
        read = self.read if self._whole else self._decode
        for first in range(start, stop, BLOCK_LENGTH):
            yield read(recording, first, min(first + BLOCK_LENGTH, stop))

    def _block_length(self, recording: int) -> int:
        return int(self._lengths[recording]) if self._whole else BLOCK_LENGTH

    def _decode_block(self, key: tuple[int, int]) -> np.ndarray:
        recording, block = key
        size, length = self._block_length(recording), int(self._lengths[recording])
        return self._decode(recording, block * size, min((block + 1) * size, length))


class BlockCache:
    """The most recently used blocks of audio, up to a number of bytes.

    Args:
        decode: Function from a key to a block, an array.
        max_bytes: Bytes to keep. One block is kept whatever its size.
    """

    def __init__(
        self,
        decode: Callable[[Hashable], np.ndarray],
        max_bytes: int = _CACHE_BYTES,
    ):
        self._decode = decode
        self._max_bytes = max_bytes
        self._blocks: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __getitem__(self, key: Hashable) -> np.ndarray:
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
                return self._blocks[key]
        # Decoding runs outside the lock: two threads may decode the same block, which
        # costs less than all threads waiting for one.
        block = self._decode(key)
        with self._lock:
            if key not in self._blocks:
                self._blocks[key] = block
                self._bytes += block.nbytes
            while self._bytes > self._max_bytes and len(self._blocks) > 1:
                _, dropped = self._blocks.popitem(last=False)
                self._bytes -= dropped.nbytes
        return block

    def __getstate__(self):
        # A copy in another process, as workers of Beam have it, begins without blocks.
        return {"_decode": self._decode, "_max_bytes": self._max_bytes}

    def __setstate__(self, state):
        self.__init__(state["_decode"], state["_max_bytes"])
