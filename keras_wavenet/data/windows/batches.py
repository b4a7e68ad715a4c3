"""Batches of windows, by number: what both pipelines read."""

from keras_wavenet.data.windows.window_input import ArraySpec
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
    def specs(self) -> tuple[dict[str, ArraySpec], ArraySpec, ArraySpec]:
        """What the arrays of a batch are like, structured as they are."""
        B, T = self.batch_size, self.windows.window_length
        x = {name: spec.batched(B) for name, spec in self.windows.specs.items()}
        return x, ArraySpec((B, T)), ArraySpec((B, T))

    def __getitem__(self, step: int):
        """Batch number `step`: `(x, y, sample_weight)`, as in `WindowDataset`."""
        x_specs, y_spec, weight_spec = self.specs
        x = {name: spec.filled() for name, spec in x_specs.items()}
        y, weight = y_spec.filled(), weight_spec.filled()
        for row, number in enumerate(self.window_numbers(step)):
            inputs, y[row], weight[row] = self.windows[number]
            for name, value in inputs.items():
                x[name][row] = value
        return x, y, weight

    def window_numbers(self, step: int) -> range:
        """Numbers of the windows of a batch, fewer than B at the end of a tiling.

        Raises:
            IndexError: If a tiling has no such batch.
        """
        first, count = int(step) * self.batch_size, self.batch_size
        if isinstance(self.windows, TilingWindows):
            count = min(count, len(self.windows) - first)
            if first < 0 or count <= 0:
                raise IndexError(
                    f"There are {self.batches_per_pass} batches. Received: step={step}"
                )
        return range(first, first + count)
