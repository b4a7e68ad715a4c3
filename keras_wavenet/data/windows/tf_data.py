"""The tf.data pipeline: for the TensorFlow backend, and for whoever prefers it."""

import contextlib

from keras_wavenet.backend_defaults import default_pipeline
from keras_wavenet.data.windows.batches import WindowBatches
from keras_wavenet.utils.extras import import_extra

_THREADS = 2
_READ_AHEAD = 4  # batches


def make_tf_data(batches: WindowBatches, start: int, stop: int | None):
    """Batches `start` to `stop - 1` as a `tf.data.Dataset`.

    Args:
        batches: The batches.
        start: Number of the first batch.
        stop: Number after the last; None for an endless dataset.

    Returns:
        A `tf.data.Dataset` of known shapes, whose cardinality is `stop - start` or
        infinite. The order is the same at every run.

    Raises:
        ImportError: If TensorFlow is not installed.
    """
    tf = import_extra("tensorflow", 'pipeline="tf.data"')
    if default_pipeline() != "tf.data":
        # TensorFlow would take all the memory of a GPU that another backend works on.
        # Where it runs already it is too late to say so, and it says that itself.
        with contextlib.suppress(RuntimeError):
            tf.config.set_visible_devices([], "GPU")

    x_specs, *target_specs = batches.specs
    specs = [*x_specs.values(), *target_specs]
    dtypes = [tf.as_dtype(spec.dtype) for spec in specs]

    def read_flat(step):
        x, y, weight = batches[step]
        return [*(x[name] for name in x_specs), y, weight]

    def read_batch(step):
        flat = tf.numpy_function(read_flat, [step], dtypes)
        for tensor, spec in zip(flat, specs, strict=True):
            tensor.set_shape(spec.shape)  # which a NumPy function does not tell
        *inputs, y, weight = flat
        return dict(zip(x_specs, inputs, strict=True)), y, weight

    steps = (
        tf.data.Dataset.counter(start)
        if stop is None
        else tf.data.Dataset.range(start, stop)
    )
    return steps.map(
        read_batch, num_parallel_calls=_THREADS, deterministic=True
    ).prefetch(_READ_AHEAD)
