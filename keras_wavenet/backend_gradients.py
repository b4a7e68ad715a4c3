"""Functions of tensors with and without gradients: the part that each backend has.

Keras has no call for the gradient of a function, nor for a function without one.
"""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_wavenet.utils.tensor import Tensor


def inference(function: Callable) -> Callable:
    """A function of tensors that keeps nothing for a gradient.

    On JAX it is compiled, once for each set of input shapes, with the weights as they
    are when it is first called.

    Args:
        function: Takes tensors, and lists and dicts of them, and returns such.
    """
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return jax.jit(function)
    if backend == "torch":
        import torch

        return torch.no_grad()(function)
    return function


def gradient(function: Callable[..., Tensor]) -> Callable[..., np.ndarray]:
    """The gradient of a scalar function in its first argument.

    Args:
        function: Takes a float tensor and other arguments, and returns a scalar tensor.

    Returns:
        A function of the same arguments that returns a float32 array of the shape of
        the first one.

    Raises:
        NotImplementedError: If the backend has no gradients.

    Example:
        `gradient(lambda x, y: ops.sum(x * x * y))(x, 3.0)` is `6 * x`.
    """
    backend = keras.backend.backend()
    if backend not in _GRADIENTS:
        raise NotImplementedError(
            f"Gradients need the backend {' or '.join(_GRADIENTS)}. "
            f"Received: KERAS_BACKEND={backend}"
        )
    compute = _GRADIENTS[backend](function)

    @functools.wraps(function)
    def of_first(x: Any, *others: Any) -> np.ndarray:
        x = keras.ops.convert_to_tensor(x, "float32")
        return keras.ops.convert_to_numpy(compute(x, *others))

    return of_first


def _of_jax(function):
    import jax

    return jax.jit(jax.grad(function))


def _of_tensorflow(function):
    import tensorflow as tf

    def compute(x, *others):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            value = function(x, *others)
        return tape.gradient(value, x, unconnected_gradients="zero")

    return compute


def _of_torch(function):
    import torch

    def compute(x, *others):
        x = x.detach().requires_grad_(True)
        with torch.enable_grad():
            value = function(x, *others)
        if not value.requires_grad:
            return torch.zeros_like(x)
        return torch.autograd.grad(value, x, materialize_grads=True)[0]

    return compute


_GRADIENTS = {"jax": _of_jax, "tensorflow": _of_tensorflow, "torch": _of_torch}
