"""Weights that remain after an error or Ctrl-C in `fit`, `evaluate` or `predict`.

On JAX, Keras takes the values out of a model's variables while it loops over batches, a
step donates them to the next one, and only the end of the loop puts them back. Keras
does so after an error in `fit`, but neither in `evaluate` nor `predict`, nor after an
error or a signal within a step (Keras' issue 21019). The other backends keep them.
"""

import functools
import signal
import threading
from collections.abc import Callable
from typing import Any

import keras

from keras_wavenet.utils.interruption import Interruption

# What the state of a step holds, by the number of its parts.
STATES = {
    2: ("trainable", "non_trainable"),
    3: ("trainable", "non_trainable", "metrics"),
    4: ("trainable", "non_trainable", "optimizer", "metrics"),
}


def _keeping_weights(name: str) -> Callable:
    """The method of `keras.Model`, which puts the weights back where it fails."""
    method = getattr(keras.Model, name)

    @functools.wraps(method)
    def call(self, *arguments, **options):
        try:
            return getattr(super(KeptWeights, self), name)(*arguments, **options)
        except BaseException:
            if hasattr(self, "jax_state_sync"):
                self.jax_state_sync()
            raise

    return call


class KeptWeights(keras.Model):
    """A Keras model whose weights remain after an error or Ctrl-C, on JAX too."""

    fit = _keeping_weights("fit")
    evaluate = _keeping_weights("evaluate")
    predict = _keeping_weights("predict")
    train_on_batch = _keeping_weights("train_on_batch")
    test_on_batch = _keeping_weights("test_on_batch")
    predict_on_batch = _keeping_weights("predict_on_batch")

    def make_train_function(self, force: bool = False) -> Any:
        super().make_train_function(force)
        self.train_function = self._keeping_state(self.train_function)
        return self.train_function

    def make_test_function(self, force: bool = False) -> Any:
        super().make_test_function(force)
        self.test_function = self._keeping_state(self.test_function)
        return self.test_function

    def make_predict_function(self, force: bool = False) -> Any:
        super().make_predict_function(force)
        self.predict_function = self._keeping_state(self.predict_function)
        return self.predict_function

    def _keeping_state(self, step):
        if not hasattr(self, "jax_state_sync") or isinstance(step, _Step):
            return step
        return _Step(self, step)


class _Step:
    """A step of Keras on JAX, around which the model holds the state.

    Args:
        model: Keeps what `jax_state_sync` puts back.
        step: A function of the state and an iterator of batches.
    """

    def __init__(self, model: keras.Model, step: Callable) -> None:
        self._model, self._step = model, step

    def __call__(self, state, iterator):
        self._hold(state)  # for an error before the step donates it
        if threading.current_thread() is not threading.main_thread():
            return self._run(state, iterator)
        # Between the end of compiled code and the next line a signal would lose both
        # the old state and the new one.
        with Interruption(signal.SIGINT) as interruption:
            outputs, state = self._run(state, iterator)
            interruption.check()
        return outputs, state

    def _run(self, state, iterator):
        outputs, state = self._step(state, iterator)
        self._hold(state)
        return outputs, state

    def _hold(self, state):
        names = STATES[len(state)]
        self._model._jax_state = {
            f"{name}_variables": part for name, part in zip(names, state, strict=True)
        }
