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
from keras_wavenet.data.windows.windows import ArraySpec, Example, Windows
from keras_wavenet.recognition.frame_labels import FrameLabels, frame_classes


class FrameWindows(Windows):
    """Windows whose targets and weights are dicts: next samples, and frames.

    Args:
        source: The clips.
        labels: Their labels.
        pool: Samples in a frame.
        *lengths, **options: As in `Windows`.
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

    @property
    def specs(self) -> tuple[dict, dict, dict]:
        x, y, weight = super().specs
        frames = (self.window_length // self.pool,)
        return (
            x,
            {"next_sample": y, "frames": ArraySpec(frames, "int32")},
            {"next_sample": weight, "frames": ArraySpec(frames)},
        )

    def _cut(self, clip: int, start: int) -> Example:
        # A plain window has the number of the first sample that it predicts: one later.
        x, next_sample, weight = super()._cut(clip, start + 1)
        frames = self.window_length // self.pool
        length = self.source.lengths[clip]
        classes = frame_classes(self.labels, clip, length, start, frames, self.pool)
        counted = (classes >= 0).astype("float32")  # (F,)
        y = {"next_sample": next_sample, "frames": np.maximum(classes, 0)}
        return x, y, {"next_sample": weight, "frames": counted}
