"""A bounded memory of decoded clips, shared by the threads of a pipeline."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

DEFAULT_BYTES = 256 * 2**20  # over an hour of float32 audio at 16 kHz


class ClipCache:
    """The most recently used clips, up to a number of bytes.

    Args:
        decode: Function from an index to a clip, an object with a `waveform` array.
        max_bytes: Bytes of waveform to keep. One clip is kept whatever its size.
    """

    def __init__(self, decode: Callable[[int], Any], max_bytes: int = DEFAULT_BYTES):
        self._decode = decode
        self._max_bytes = max_bytes
        self._clips: OrderedDict[int, Any] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __getitem__(self, index: int):
        with self._lock:
            if index in self._clips:
                self._clips.move_to_end(index)
                return self._clips[index]
        # Decoding runs outside the lock: two threads may decode the same clip, which
        # costs less than all threads waiting for one.
        clip = self._decode(index)
        with self._lock:
            if index not in self._clips:
                self._clips[index] = clip
                self._bytes += clip.waveform.nbytes
            while self._bytes > self._max_bytes and len(self._clips) > 1:
                _, dropped = self._clips.popitem(last=False)
                self._bytes -= dropped.waveform.nbytes
        return clip
