"""Local conditioning: the frames that cover the samples of a window.

Frame f of a clip covers its samples `f * hop` to `f * hop + hop - 1`; the last one may
cover fewer.

Axes: F frames, C channels.
"""

import os
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.frame_files import frame_path
from keras_wavenet.data.reader import BlockCache
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.windows import ArraySpec, WindowInput
from keras_wavenet.utils.input_file import is_file, open_array
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.progress import show_progress

# A transform with centered frames makes one more of a multiple of the hop.
_MOST_EXTRA = 1
_BLOCK = 2**14  # frames checked at a time
_LARGEST = np.finfo("float32").max

# From a clip, a first frame and the one after the last, to float32 (F, C).
FrameReader = Callable[[int, int, int], np.ndarray]


def local_frames(
    source: ClipSource,
    spec: DataSpec,
    window_length: int,
    read_frames: FrameReader,
) -> WindowInput:
    """Makes `"local"`, the frames of a window, and `"local_context"`, those before it.

    `"local"` begins with the frame of the first sample that is scored, and ends
    `frames_after` frames after the window. Before the first frame of a clip that one is
    repeated, and after the last one the last: a window's frames equal those of the
    whole clip, edges included.

    Args:
        source: The clips.
        spec: What the model needs.
        window_length: Samples scored by a window.
        read_frames: Gives frames of a clip, inside it.
    """
    counts = spec.frame_count(source.lengths)  # (clips,)
    before = spec.frames_before
    count = spec.frame_count(window_length) + spec.frames_after
    channels = spec.local_channels + spec.marks_frames

    def read(clip, start):
        first = start // spec.local_hop
        places = np.arange(first - before, first + count)
        numbers = places.clip(0, counts[clip] - 1)
        lower, upper = int(numbers[0]), int(numbers[-1])
        frames = read_frames(clip, lower, upper + 1)[numbers - lower]
        if spec.marks_frames:
            marks = (numbers == places).astype("float32")
            frames = np.concatenate([frames, marks[:, None]], axis=1)
        return {"local": frames[before:], "local_context": frames[:before]}

    specs = {
        "local": ArraySpec((count, channels)),
        "local_context": ArraySpec((before, channels)),
    }
    return WindowInput(specs, read)


def frames_of_audio(source: ClipSource, features: Any) -> FrameReader:
    """Makes a reader of frames that are computed from the audio as they are read.

    Reads no more audio than these frames depend on. Features of a whole clip are
    computed once, and kept as long as there is room.

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


class FrameFolder:
    """A folder with a file `<clip_id>.npy` for each clip: floats (frames, channels).

    A clip of a folder of audio is called by its path, so that the frames of `a/b.wav`
    are in `a/b.wav.npy`. Only the frames that windows need are read.

    Args:
        path: Path of the folder.
        spec: What the frames are like: `local_channels`, `local_hop`.
    """

    def __init__(self, path: str | os.PathLike, spec: DataSpec):
        self.path = user_path(path).absolute()
        self._spec = spec
        self._checked: dict[tuple[str, int], int] = {}  # checksums of frames

    def check(self, clips: Sequence[ClipInfo], origin: str) -> None:
        """Read the files of clips through, those that were not checked before.

        Each is to hold finite floats in as many frames as the clip has hops, the last
        one rounded up, or in one more, which is never used.

        Args:
            clips: The clips.
            origin: What they are, in words.

        Raises:
            ValueError: If a file is missing or not what it should be; names it.
        """
        new = [clip for clip in clips if _key(clip) not in self._checked]
        missing = [clip for clip in new if not is_file(self._file(clip))]
        if missing:
            raise ValueError(
                f"Expected the frames of each clip of {origin} in {self.path}. "
                f"Received: no file for {len(missing)} of {len(clips)} clips, such as "
                f"{self._file(missing[0])}. Make the missing ones, or leave these "
                "clips out."
            )
        done = map_in_threads(self._check_clip, new)
        done = show_progress(done, len(new), f"Reading the frames in {self.path}")
        self._checked.update(zip(map(_key, new), done, strict=True))

    def checksums(self, clips: Sequence[ClipInfo]) -> list[int]:
        """A checksum of the frames of each clip, all of which were checked."""
        return [self._checked[_key(clip)] for clip in clips]

    def read(self, clip: ClipInfo, first: int, stop: int) -> np.ndarray:
        """Frames `first` to `stop - 1` of a clip: float32, `(stop - first, channels)`.

        Raises:
            ValueError: If the file is not what it was when it was checked.
        """
        # Opened each time: a corpus may have more files than a process may hold open.
        return np.array(self._open(clip)[first:stop], "float32")

    def _file(self, clip: ClipInfo) -> Path:
        return frame_path(self.path, clip.clip_id)

    def _open(self, clip: ClipInfo) -> np.ndarray:
        """The frames of a clip, in the file as yet."""
        path = self._file(clip)
        try:
            frames = open_array(path)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"Expected an array that np.save wrote in {path}. Received: a file "
                f"that can't be read ({error}). Make it again."
            ) from error
        self._check_shape(clip, path, frames)
        return frames

    def _check_shape(self, clip: ClipInfo, path: Path, frames: np.ndarray):
        is_float = np.issubdtype(frames.dtype, np.floating)
        channels = self._spec.local_channels
        if not is_float or frames.ndim != 2 or frames.shape[1] != channels:
            raise ValueError(
                f"Expected floats of shape (frames, {channels}) in {path}. "
                f"Received: {frames.dtype} of shape {frames.shape}"
            )
        hop, count = self._spec.local_hop, self._spec.frame_count(clip.length)
        if not count <= len(frames) <= count + _MOST_EXTRA:
            raise ValueError(
                f"Expected {count} frames of {hop} samples in {path}, for the "
                f"{clip.length} samples of clip {clip.clip_id} (or {_MOST_EXTRA} more)."
                f" Received: {len(frames)} frames. Make them of the same audio, at the "
                "model's sample rate and hop."
            )

    def _check_clip(self, clip: ClipInfo) -> int:
        """Read the frames of a clip through; returns their checksum."""
        frames, checksum = self._open(clip), 0
        for first in range(0, len(frames), _BLOCK):
            block = np.ascontiguousarray(frames[first : first + _BLOCK])
            checksum = zlib.crc32(block, checksum)
            if not (np.abs(block) <= _LARGEST).all():  # NaN is not, either
                raise ValueError(
                    f"Expected finite float32 values in {self._file(clip)}. "
                    "Received: NaN, infinite or larger ones. Make it again."
                )
        return checksum


def _key(clip: ClipInfo) -> tuple[str, int]:
    return clip.clip_id, clip.length
