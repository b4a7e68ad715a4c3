"""Local conditioning: the frames that speak of the samples of a window.

Frame f of a clip speaks of its samples `f * hop` to `f * hop + hop - 1`; the last one
may speak of fewer.

Axes: F frames, C channels.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from keras_wavenet.data.block_cache import BlockCache
from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.window_input import ArraySpec, WindowInput

# From a clip, its first frame wanted and the one after the last, to float32 (F, C).
FrameReader = Callable[[int, int, int], np.ndarray]


class LocalFrames(WindowInput):
    """`"local"`, the frames of a window, and `"local_context"`, those just before.

    `"local"` begins with the frame of the first sample that is scored, and goes on so
    far behind the window as the model wants. Before the first frame of a clip stands
    the first one, again and again, and behind the last one the last: a window's frames
    equal those that the whole clip would have, edges included.

    Args:
        source: The clips.
        spec: What the model wants.
        window_length: Samples scored by a window.
        read_frames: What gives frames of a clip, inside it.
    """

    def __init__(
        self,
        source: ClipSource,
        spec: DataSpec,
        window_length: int,
        read_frames: FrameReader,
    ):
        self._hop = spec.local_hop
        self._counts = spec.frame_count(source.lengths)  # (clips,)
        self._before = spec.frames_before
        self._count = spec.frame_count(window_length) + spec.frames_after
        self._read_frames = read_frames
        self.specs = {
            "local": ArraySpec((self._count, spec.local_channels)),
            "local_context": ArraySpec((self._before, spec.local_channels)),
        }

    def read(self, clip, start):
        first = start // self._hop
        wanted = np.arange(first - self._before, first + self._count)
        numbers = wanted.clip(0, self._counts[clip] - 1)
        lowest, highest = int(numbers[0]), int(numbers[-1])
        frames = self._read_frames(clip, lowest, highest + 1)[numbers - lowest]
        return {
            "local": frames[self._before :],
            "local_context": frames[: self._before],
        }


def frames_of_audio(source: ClipSource, features: Any) -> FrameReader:
    """A reader of frames that are made of the audio when they are asked for.

    Reads no more audio than these frames hear. Features that hear a whole clip are made
    once, and kept as long as there is room.

    Args:
        source: The clips.
        features: What makes frames, as in `DataSpec`.
    """
    if features.whole_clip:
        cache = BlockCache(lambda clip: features(source[clip].waveform))
        return lambda clip, first, stop: cache[clip][first:stop]

    def read_frames(clip: int, first: int, stop: int) -> np.ndarray:
        length = int(source.lengths[clip])
        return features.read(partial(source.read, clip), length, first, stop)

    return read_frames
