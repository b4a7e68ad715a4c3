"""A bounded memory of decoded audio, shared by the threads of a pipeline."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np

# A quarter of an hour of float32 audio at 16 kHz. Small corpora stay in memory; for
# large ones hardly any window is near the last, and no cache would help.
DEFAULT_BYTES = 64 * 2**20


class BlockCache:
    """The most recently used blocks of audio, up to a number of bytes.

    Args:
        decode: Function from a key to a block, an array.
        max_bytes: Bytes to keep. One block is kept whatever its size.
    """

    def __init__(
        self,
        decode: Callable[[Hashable], np.ndarray],
        max_bytes: int = DEFAULT_BYTES,
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
