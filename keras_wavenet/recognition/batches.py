"""Batches of windows with frames, by number."""

import numpy as np

from keras_wavenet.recognition.windows import (
    Example,
    TilingFrameWindows,
    TrainingFrameWindows,
)


class FrameBatches:
    """Random access to batches: batch k holds windows `k B` to `k B + B - 1`.

    Training windows flow on from pass to pass, so that every batch is full. The last
    batch of a tiling is filled up with examples of weight zero.

    Args:
        windows: The windows.
        batch_size: Windows in a batch, B.
    """

    def __init__(
        self, windows: TilingFrameWindows | TrainingFrameWindows, batch_size: int
    ):
        self.windows = windows
        self.batch_size = batch_size

    @property
    def batches_per_pass(self) -> int:
        """Batches it takes to score every frame once, the last one rounded up."""
        return -(-self.windows.windows_per_pass // self.batch_size)

    def __getitem__(self, step: int) -> Example:
        """Batch number `step`: `(x, y, sample_weight)`, each a dict of arrays."""
        first, count = int(step) * self.batch_size, self.batch_size
        if isinstance(self.windows, TilingFrameWindows):
            count = min(count, len(self.windows) - first)
            if first < 0 or count <= 0:
                raise IndexError(
                    f"There are {self.batches_per_pass} batches. Received: step={step}"
                )
        examples = [self.windows[first + row] for row in range(count)]
        return tuple(
            {name: self._stack([part[name] for part in parts]) for name in parts[0]}
            for parts in zip(*examples, strict=True)
        )

    def _stack(self, rows: list[np.ndarray]) -> np.ndarray:
        missing = self.batch_size - len(rows)
        return np.stack([*rows, *[np.zeros_like(rows[0])] * missing])
