"""Running averages of the weights, which most networks of raw audio sound best with."""

import contextlib
from collections.abc import Iterator

import keras
import numpy as np

from keras_wavenet.training.data_parallel import processes


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[keras.Model]:
    """Let a model have the averages of its weights for a while.

    The averages are those of its optimizer, made with `use_ema=True`. Afterwards every
    weight is again what it was, to the last bit. Without averages, or before the first
    step, when there is nothing to average, the model keeps its weights.

    Args:
        model: A compiled model; in a callback, `self.model`.

    Yields:
        The model to use. In one of several processes on JAX it is a copy: what is
        computed with the model itself must be computed in all of them.

    Example:
        >>> with averaged_weights(model) as averaged:
        ...     averaged.save_to_preset("my_voice")
    """
    with processes.current().alone(model) as own:
        if own is not model:
            if has_averages(model):
                model.optimizer.finalize_variable_values(own.trainable_variables)
                assign_weights(own, copy_weights(own))
            yield own
            return
        weights = take_averages(model)
        try:
            yield model
        finally:
            assign_weights(model, weights)


def take_averages(model) -> list[np.ndarray]:
    """Overwrite the weights by their averages; returns what they were."""
    weights = copy_weights(model)
    if has_averages(model):
        model.optimizer.finalize_variable_values(model.trainable_variables)
        # JAX would share one array between weight and average, and a compiled step
        # gives up the arrays of the weights.
        assign_weights(model, copy_weights(model))
    return weights


def has_averages(model: keras.Model) -> bool:
    """Whether the optimizer of a model has averages, of one step at least."""
    optimizer = getattr(model, "optimizer", None)
    # Under mixed_float16 Keras puts an optimizer around the one that averages.
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    averages = getattr(optimizer, "use_ema", False) and optimizer.built
    return bool(averages and keras.ops.convert_to_numpy(optimizer.iterations) > 0)


def copy_weights(model: keras.Model) -> list[np.ndarray]:
    """The trainable weights, which no later step changes."""
    values = map(keras.ops.convert_to_numpy, model.trainable_variables)
    return [np.array(value) for value in values]


def assign_weights(model: keras.Model, weights: list[np.ndarray]) -> None:
    """Give a model the weights of `copy_weights`."""
    for variable, value in zip(model.trainable_variables, weights, strict=True):
        variable.assign(value)


class WeightAveraging(keras.callbacks.Callback):
    """Validate with the averages of the weights, and train on without them.

    Unlike `keras.callbacks.SwapEMAWeights`, which on TensorFlow adds and subtracts, it
    gives every weight back as it was, to the last bit.

    The optimizer must average, as `keras.optimizers.Adam(use_ema=True)` does. As always
    with such an optimizer, `fit` leaves the averages in the model.

    Raises:
        ValueError: At the start of training, if the optimizer does not average.

    Example:
        >>> model.compile(keras.optimizers.Adam(use_ema=True, ema_momentum=0.9999))
        >>> model.fit(train, validation_data=validation, callbacks=[WeightAveraging()])
    """

    def __init__(self):
        super().__init__()
        self._weights = self._averages = None  # while the model has the averages

    def on_train_begin(self, logs: dict | None = None) -> None:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if not optimizer.use_ema:
            raise ValueError(
                "`WeightAveraging` needs an optimizer that averages, use_ema=True. "
                f"Received: {type(optimizer).__name__}, use_ema=False"
            )
        self._give_back()  # a `fit` before this one was interrupted in its validation

    def on_test_begin(self, logs: dict | None = None) -> None:
        self._give_back()
        self._weights = take_averages(self.model)
        self._averages = copy_weights(self.model)

    def on_test_end(self, logs: dict | None = None) -> None:
        self._give_back()

    def _give_back(self):
        if self._weights is not None and self._has_averages():
            assign_weights(self.model, self._weights)
        self._weights = self._averages = None

    def _has_averages(self):
        """Whether the model still has them: a checkpoint may have been restored."""
        weights = copy_weights(self.model)
        return all(map(np.array_equal, weights, self._averages))
