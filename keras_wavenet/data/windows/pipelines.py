"""The two pipelines that read batches ahead: tf.data, and grain without TensorFlow."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

from keras_wavenet.data.windows.windows import Example
from keras_wavenet.utils.extras import import_extra

PIPELINES = ("tf.data", "grain")
_THREADS = 2
_READ_AHEAD = 4  # batches; grain's own default of 500 would fill the memory


def make_grain(
    read_batch: Callable[[int], Example], start: int, stop: int | None
) -> Any:
    """Makes a `grain.IterDataset` of batches `start` to `stop - 1`.

    Args:
        read_batch: Function from the number of a batch to the batch.
        start: Number of the first batch.
        stop: Number after the last; None for an endless dataset.

    Returns:
        A `grain.IterDataset` of NumPy batches, in the same order at every run.

    Raises:
        ImportError: If grain is not installed.
    """
    grain = import_extra("grain", 'pipeline="grain"')
    steps = grain.MapDataset.range(start, sys.maxsize if stop is None else stop)
    return steps.map(read_batch).to_iter_dataset(
        grain.ReadOptions(num_threads=_THREADS, prefetch_buffer_size=_READ_AHEAD)
    )


def make_tf_data(
    read_batch: Callable[[int], Example],
    start: int,
    stop: int | None,
    specs: tuple[dict, Any, Any],
    batch_size: int,
) -> Any:
    """Makes a `tf.data.Dataset` of batches `start` to `stop - 1`.

    Args:
        read_batch, start, stop: As in `make_grain`.
        specs: The `ArraySpec`s of a window: inputs by name, targets, weights.
        batch_size: Windows in a batch.

    Returns:
        A `tf.data.Dataset` of known shapes, whose cardinality is `stop - start` or
        infinite. The order is the same at every run.

    Raises:
        ImportError: If TensorFlow is not installed.
    """
    from keras_wavenet.backend_defaults import default_pipeline  # needs Keras

    tf = import_extra("tensorflow", 'pipeline="tf.data"')
    if default_pipeline() != "tf.data":
        # TensorFlow would take all the memory of a GPU that another backend computes
        # on. Once it has started, it raises an error: it is too late then.
        with contextlib.suppress(RuntimeError):
            tf.config.set_visible_devices([], "GPU")

    x_specs, *target_specs = specs
    flat_specs = [*x_specs.values(), *target_specs]
    dtypes = [tf.as_dtype(spec.dtype) for spec in flat_specs]

    def read_flat(step):
        x, y, weight = read_batch(step)
        return [*(x[name] for name in x_specs), y, weight]

    def read(step):
        flat = tf.numpy_function(read_flat, [step], dtypes)
        for tensor, spec in zip(flat, flat_specs, strict=True):
            tensor.set_shape((batch_size, *spec.shape))  # unknown to a NumPy function
        *inputs, y, weight = flat
        return dict(zip(x_specs, inputs, strict=True)), y, weight

    steps = (
        tf.data.Dataset.counter(start)
        if stop is None
        else tf.data.Dataset.range(start, stop)
    )
    return steps.map(read, num_parallel_calls=_THREADS, deterministic=True).prefetch(
        _READ_AHEAD
    )
