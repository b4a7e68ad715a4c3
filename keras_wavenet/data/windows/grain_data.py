"""The grain pipeline: it needs no TensorFlow."""

import sys

from keras_wavenet.data.windows.batches import WindowBatches
from keras_wavenet.utils.extras import import_extra

_THREADS = 2
_READ_AHEAD = 4  # batches; grain's own default of 500 would fill the memory


def make_grain(batches: WindowBatches, start: int, stop: int | None):
    """Batches `start` to `stop - 1` as a `grain.IterDataset`.

    Args:
        batches: The batches.
        start: Number of the first batch.
        stop: Number after the last; None for an endless dataset.

    Returns:
        A `grain.IterDataset` of NumPy batches, in the same order at every run.

    Raises:
        ImportError: If grain is not installed.
    """
    grain = import_extra("grain", 'pipeline="grain"')
    steps = grain.MapDataset.range(start, sys.maxsize if stop is None else stop)
    return steps.map(batches.__getitem__).to_iter_dataset(
        grain.ReadOptions(num_threads=_THREADS, prefetch_buffer_size=_READ_AHEAD)
    )
