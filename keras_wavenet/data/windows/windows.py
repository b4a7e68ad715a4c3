"""Windows: the stretches of clips that training and evaluation score.

A window of T samples starts at sample s of its clip. The network reads samples s - 1
to s + T - 2 (`waveform`), having heard the `context` before them, and predicts samples
s to s + T - 1 (`y`). Outside the clip is silence, which as a target has weight zero.

Axes: T samples of a window, n samples of context.
"""

import functools
from collections.abc import Sequence

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.windows.window_input import ArraySpec, WindowInput

Example = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]


class Windows:
    """Windows that cut each clip of a source into `ceil(length / window_length)` parts.

    Args:
        source: The clips.
        window_length: Samples scored by one window, T.
        context_length: Samples heard before a window, n.
        inputs: What windows hold beside audio.
    """

    def __init__(
        self,
        source: ClipSource,
        window_length: int,
        context_length: int,
        *,
        inputs: Sequence[WindowInput] = (),
    ):
        self.source = source
        self.window_length = window_length
        self.context_length = context_length
        self.inputs = tuple(inputs)
        counts = -(-source.lengths // window_length)  # (clips,)
        self._ends = np.cumsum(counts)  # (clips,) number of the first window after
        self._starts = self._ends - counts
        self._slack = counts * window_length - source.lengths  # padding, 0 to T - 1

    @property
    def windows_per_pass(self) -> int:
        """Windows that score every sample of every clip once."""
        return int(self._ends[-1])

    @property
    def specs(self) -> dict[str, ArraySpec]:
        """What the inputs of a window are like, by name."""
        specs = {
            "waveform": ArraySpec((self.window_length,)),
            "context": ArraySpec((self.context_length,)),
        }
        for window_input in self.inputs:
            specs.update(window_input.specs)
        return specs

    def _locate(self, window: int) -> tuple[int, int]:
        """Clip of a window, and its start where the clip's first window starts at 0."""
        clip = int(np.searchsorted(self._ends, window, side="right"))
        return clip, int(window - self._starts[clip]) * self.window_length

    def _cut(self, clip: int, start: int) -> Example:
        n, T = self.context_length, self.window_length
        length = int(self.source.lengths[clip])
        samples = self.source.read(clip, start - 1 - n, start + T)  # (n + T + 1,)
        position = np.arange(start, start + T)
        weight = ((position >= 0) & (position < length)).astype("float32")
        x = {"waveform": samples[n : n + T], "context": samples[:n]}
        for window_input in self.inputs:
            x.update(window_input.read(clip, start))
        return x, samples[n + 1 :], weight


class TilingWindows(Windows):
    """Each clip cut from its first sample on: every sample is scored exactly once.

    A finite sequence in the order of the clips; the last window of a clip is padded.
    """

    def __len__(self) -> int:
        return self.windows_per_pass

    def __getitem__(self, index: int) -> Example:
        if not 0 <= index < len(self):
            raise IndexError(f"There are {len(self)} windows. Received: index={index}")
        return self._cut(*self._locate(index))


class TrainingWindows(Windows):
    """An endless sequence: pass after pass over all clips, shuffled anew each time.

    In each pass every sample is scored exactly once, short clips included. How much of
    a clip's padding stands before it, the rest behind it, is drawn anew, so that the
    cuts differ from pass to pass. Example i is a pure function of (seed, i).

    Args:
        source: The clips.
        window_length: Samples scored by one window, T.
        context_length: Samples heard before a window, n.
        seed: Non-negative integer.
        hop: Windows start at multiples of so many samples of their clip; the window
            length is a multiple of it.
        inputs: What windows hold beside audio.
    """

    def __init__(
        self,
        source: ClipSource,
        window_length: int,
        context_length: int,
        seed: int = 0,
        *,
        hop: int = 1,
        inputs: Sequence[WindowInput] = (),
    ):
        super().__init__(source, window_length, context_length, inputs=inputs)
        self.seed = seed
        self.hop = hop
        # Two passes: pipelines read ahead, across the border between them.
        self._plan = functools.lru_cache(maxsize=2)(self._make_plan)

    def _make_plan(self, pass_index: int) -> tuple[np.ndarray, np.ndarray]:
        """Order of the windows `(windows,)`, padding before each clip `(clips,)`."""
        rng = np.random.default_rng([self.seed, pass_index])
        order = rng.permutation(self.windows_per_pass)
        hops = rng.integers(0, self._slack // self.hop, endpoint=True)
        return order, hops * self.hop

    def __getitem__(self, index: int) -> Example:
        if index < 0:
            raise IndexError(f"Windows count from 0. Received: index={index}")
        pass_index, place = divmod(index, self.windows_per_pass)
        order, padding = self._plan(pass_index)
        clip, start = self._locate(order[place])
        return self._cut(clip, start - int(padding[clip]))
