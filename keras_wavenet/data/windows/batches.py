"""Batches of windows, by number: what both pipelines read."""

import numpy as np

from keras_wavenet.data.windows.windows import TilingWindows, TrainingWindows


class WindowBatches:
    """Random access to batches: batch k holds windows `k B` to `k B + B - 1`.

    Training windows flow on from pass to pass, so that every batch is full. The last
    batch of a tiling is filled up with examples of weight zero, so that all batches
    have one shape and no network is compiled twice.

    Args:
        windows: The windows.
        batch_size: Windows in a batch, B.
    """

    def __init__(self, windows: TilingWindows | TrainingWindows, batch_size: int):
        self.windows = windows
        self.batch_size = batch_size

    @property
    def batches_per_pass(self) -> int:
        """Batches it takes to score every sample once, the last one rounded up."""
        return -(-self.windows.windows_per_pass // self.batch_size)

    @property
    def shapes(self) -> tuple[dict[str, tuple[int, int]], tuple[int, int], tuple]:
        """Shapes of a batch, structured like one; all of it is float32."""
        B, T = self.batch_size, self.windows.window_length
        n = self.windows.context_length
        return {"waveform": (B, T), "context": (B, n)}, (B, T), (B, T)

    def __getitem__(self, step: int):
        """Batch number `step`: `({"waveform", "context"}, y, sample_weight)`."""
        x_shapes, y_shape, weight_shape = self.shapes
        x = {name: np.zeros(shape, "float32") for name, shape in x_shapes.items()}
        y, weight = np.zeros(y_shape, "float32"), np.zeros(weight_shape, "float32")
        first = int(step) * self.batch_size
        count = self.batch_size
        if isinstance(self.windows, TilingWindows):
            count = min(count, len(self.windows) - first)
            if first < 0 or count <= 0:
                raise IndexError(
                    f"There are {self.batches_per_pass} batches. Received: step={step}"
                )
        for row in range(count):
            inputs, y[row], weight[row] = self.windows[first + row]
            for name, value in inputs.items():
                x[name][row] = value
        return x, y, weight
