"""Windows: the segments of clips that training and evaluation score, and their batches.

A window of T samples starts at sample s of its clip. The input `waveform` is samples
s - 1 to s + T - 2, `context` the samples before them, and the target y samples s to
s + T - 1. Outside the clip is silence, which as a target has weight zero.

Axes: B windows of a batch, T samples of a window, n samples of context.
"""

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource

# Inputs by name, targets and sample weights; the latter two may be dicts, too.
Example = tuple[dict[str, np.ndarray], Any, Any]
_DEFAULT_LENGTH = 8000  # samples: half a second at 16 kHz


@dataclass(frozen=True)
class ArraySpec:
    """What an array of a window is like.

    Attributes:
        shape: Its shape.
        dtype: Name of its type.
        fill: Its value where a batch has no window left.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    fill: int = 0

    def stack(self, rows: Sequence[np.ndarray], size: int) -> np.ndarray:
        """Stacks such arrays, and adds rows of `fill` up to so many."""
        stacked = np.full((size, *self.shape), self.fill, self.dtype)
        for place, row in enumerate(rows):
            stacked[place] = row
        return stacked


@dataclass(frozen=True)
class WindowInput:
    """Inputs of a model that belong to a window, besides its audio.

    Attributes:
        specs: What they are like, by their name in `x`.
        read: Function from the index of a clip, and the first sample of it that the
            window scores (negative where the window begins before the clip), to arrays
            as in `specs`.
    """

    specs: dict[str, ArraySpec]
    read: Callable[[int, int], dict[str, np.ndarray]]


class Windows:
    """Windows that score every sample of every clip exactly once in a pass.

    Each clip is cut into `ceil(length / window_length)` windows. Without a seed, the
    windows are one pass in the order of the clips, each cut from its first sample on.

    With a seed they are endless: pass after pass, each in another random order. How
    much of a clip's padding comes before its first sample, and how much after its last
    one, is drawn for each pass, so that the cuts differ from pass to pass. Window i is
    a pure function of (seed, i).

    Args:
        source: The clips.
        window_length: Samples scored by one window, T.
        context_length: Samples of context before the input of a window, n.
        seed: Non-negative integer, or None.
        hop: With a seed, windows start at multiples of so many samples of their clip;
            the window length is a multiple of it.
        inputs: What windows hold besides audio.
    """

    def __init__(
        self,
        source: ClipSource,
        window_length: int,
        context_length: int,
        *,
        seed: int | None = None,
        hop: int = 1,
        inputs: Sequence[WindowInput] = (),
    ):
        self.source = source
        self.window_length = window_length
        self.context_length = context_length
        self.seed = seed
        self.hop = hop
        self.inputs = tuple(inputs)
        counts = -(-source.lengths // window_length)  # (clips,)
        self._ends = np.cumsum(counts)  # (clips,) number of the first window after
        self._starts = self._ends - counts
        self._slack = counts * window_length - source.lengths  # padding, 0 to T - 1
        # Two passes: pipelines read ahead, across the border between them.
        self._plan = functools.lru_cache(maxsize=2)(self._make_plan)
        self._lock = threading.Lock()  # a plan is made once, for all their threads

    @property
    def windows_per_pass(self) -> int:
        """Windows that score every sample of every clip once."""
        return int(self._ends[-1])

    def batches_per_pass(self, batch_size: int) -> int:
        """Batches that score every sample once, the last one rounded up."""
        return -(-self.windows_per_pass // batch_size)

    def scored_lengths(self, windows: int) -> list[int]:
        """How many samples of each of the first clips the first windows score."""
        clip, start = self._locate(windows - 1)
        lengths = [int(length) for length in self.source.lengths[: clip + 1]]
        lengths[-1] = min(lengths[-1], start + self.window_length)
        return lengths

    @property
    def specs(self) -> tuple[dict[str, ArraySpec], Any, Any]:
        """What the arrays of a window are like, structured as a window is."""
        x = {
            "waveform": ArraySpec((self.window_length,)),
            "context": ArraySpec((self.context_length,)),
        }
        for window_input in self.inputs:
            x.update(window_input.specs)
        return x, ArraySpec((self.window_length,)), ArraySpec((self.window_length,))

    def __getitem__(self, number: int) -> Example:
        """Window `number`: `(x, y, sample_weight)`."""
        if number < 0 or self.seed is None and number >= self.windows_per_pass:
            raise IndexError(
                f"A pass has {self.windows_per_pass} windows. Received: {number}"
            )
        if self.seed is None:
            return self._cut(*self._locate(number))
        pass_index, place = divmod(number, self.windows_per_pass)
        with self._lock:
            order, padding = self._plan(pass_index)
        clip, start = self._locate(order[place])
        return self._cut(clip, start - int(padding[clip]))

    def batch(
        self, step: int, batch_size: int, rows: tuple[int, int] | None = None
    ) -> Example:
        """Batch number `step`: windows `step * B` to `step * B + B - 1`, stacked.

        Args:
            step: Its number.
            batch_size: Windows in a batch, B.
            rows: The first row of it that is made, and the one after the last; None
                makes all B.

        With a seed, batches continue from pass to pass, and each is full. Without one,
        the last batch is filled up with examples of weight zero: all batches have one
        shape, and no network is compiled twice.
        """
        start, stop = (0, batch_size) if rows is None else rows
        first, count = int(step) * batch_size, batch_size
        if self.seed is None:
            count = min(count, self.windows_per_pass - first)
        if first < 0 or count <= 0:
            batches = self.batches_per_pass(batch_size)
            raise IndexError(f"There are {batches} batches. Received: step={step}")
        numbers = range(first, first + count)[start:stop]
        windows = [self[number] for number in numbers]
        parts = zip(*windows, strict=True) if windows else [()] * len(self.specs)
        x, y, weight = (
            _stack(spec, part, stop - start)
            for spec, part in zip(self.specs, parts, strict=True)
        )
        return x, y, weight

    def _make_plan(self, pass_index: int) -> tuple[np.ndarray, np.ndarray]:
        """Order of the windows `(windows,)`, padding before each clip `(clips,)`."""
        rng = np.random.default_rng([self.seed, pass_index])
        order = rng.permutation(self.windows_per_pass)
        if self.windows_per_pass <= 2**32:
            order = order.astype("uint32")  # kept, half as large
        hops = rng.integers(0, self._slack // self.hop, endpoint=True)
        return order, hops * self.hop

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


def _stack(spec: Any, rows: Sequence[Any], size: int) -> Any:
    """Stacks arrays or dicts of arrays, as their spec is structured."""
    if isinstance(spec, dict):
        return {
            name: _stack(part, [row[name] for row in rows], size)
            for name, part in spec.items()
        }
    return spec.stack(rows, size)


def resolve_window_length(window_length: int | None, hop: int) -> int:
    """Returns the length of windows that start at multiples of a hop.

    Args:
        window_length: The requested length, at least 1; None for 8000 samples or the
            next multiple of the hop below, but one hop at least.
        hop: Samples from one place where a window may start to the next.

    Raises:
        ValueError: If the length is no multiple of the hop; names the nearest ones.
    """
    if window_length is None:
        return max(_DEFAULT_LENGTH // hop, 1) * hop
    if window_length % hop:
        below = window_length // hop * hop
        nearest = f"{below} or {below + hop}" if below else f"{hop}"
        raise ValueError(
            f"`window_length` must be a multiple of the model's hop, {hop} samples. "
            f"Received: window_length={window_length}. Take {nearest}."
        )
    return window_length
