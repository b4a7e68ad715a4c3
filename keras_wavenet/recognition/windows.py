"""Windows with a class for each frame, beside the samples that follow.

A window of T samples starts at sample s of its clip. The network reads samples s to
s + T - 1 (`waveform`), and before them the `context`; it predicts samples s + 1 to
s + T, and the class of frame f, samples `s + f * pool` to `s + (f + 1) * pool - 1`.
Frames whose middle lies outside the clip, or that have no class, have weight zero.

Axes: B windows of a batch, T samples of a window, F frames of a window (T / pool).
"""

from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.windows.batches import WindowBatches
from keras_wavenet.data.windows.windows import TilingWindows, TrainingWindows
from keras_wavenet.recognition.frame_labels import FrameLabels, frame_classes

Example = tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]


class _WithFrames:
    """What is added to windows of a `ClipSource`: the first base of each class.

    Args:
        source: The clips.
        labels: Their labels.
        pool: Samples in a frame.
        *lengths, **options: As in the windows.
    """

    def __init__(
        self,
        source: ClipSource,
        labels: FrameLabels,
        pool: int,
        *lengths: int,
        **options: Any,
    ):
        super().__init__(source, *lengths, **options)
        self.labels = labels
        self.pool = pool

    def _cut(self, clip: int, start: int) -> Example:
        # A plain window has the number of the first sample that it predicts: one later.
        x, next_sample, weight = super()._cut(clip, start + 1)
        frames = self.window_length // self.pool
        length = self.source.lengths[clip]
        classes = frame_classes(self.labels, clip, length, start, frames, self.pool)
        counted = (classes >= 0).astype("float32")  # (F,)
        y = {"next_sample": next_sample, "frames": np.maximum(classes, 0)}
        return x, y, {"next_sample": weight, "frames": counted}


class TilingFrameWindows(_WithFrames, TilingWindows):
    """Each clip cut from its first sample on: every frame is scored exactly once."""


class TrainingFrameWindows(_WithFrames, TrainingWindows):
    """An endless sequence: pass after pass over all clips, shuffled anew each time."""


class FrameBatches(WindowBatches):
    """Batches of windows whose targets and weights are dicts.

    Args:
        windows: `TilingFrameWindows` or `TrainingFrameWindows`.
        batch_size: Windows in a batch, B.
    """

    def __getitem__(self, step: int) -> Example:
        """Batch number `step`: `(x, y, sample_weight)`, each a dict of arrays."""
        examples = [self.windows[number] for number in self.window_numbers(step)]
        return tuple(
            {name: self._stack([part[name] for part in parts]) for name in parts[0]}
            for parts in zip(*examples, strict=True)
        )

    def _stack(self, rows: list[np.ndarray]) -> np.ndarray:
        missing = self.batch_size - len(rows)
        return np.stack([*rows, *[np.zeros_like(rows[0])] * missing])
