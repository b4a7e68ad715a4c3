"""How the tests run a distribution: fast, and alike on every backend."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.training import NegativeLogLikelihood


@functools.lru_cache(maxsize=64)
def _compiled(owner, name):
    """JAX compiles all, others what runs in a loop: as the engines there do."""
    function, backend = getattr(owner, name), keras.backend.backend()
    if backend == "jax":
        import jax

        return jax.jit(function)
    if name not in ("sample", "mode"):
        return function
    if backend == "tensorflow":
        import tensorflow

        return tensorflow.function(function, jit_compile=True)
    from torch.fx.experimental.proxy_tensor import make_fx

    def plain(*tensors):
        return function(*tensors)

    return lambda *tensors: make_fx(plain)(*tensors)(*tensors)


@pytest.fixture(scope="session")
def call():
    """`call(owner, name, *arrays)`: a method or function, from NumPy to NumPy."""

    def call(owner, name, *arrays):
        tensors = [ops.convert_to_tensor(array) for array in arrays]
        return ops.convert_to_numpy(_compiled(owner, name)(*tensors))

    return call


@pytest.fixture(scope="session")
def parameter_table():
    """A model whose weights are the parameters of samples, one row for each."""

    def build(distribution, parameters, optimizer):
        table = keras.layers.Embedding(*parameters.shape)
        model = keras.Sequential([keras.Input((None,), dtype="int32"), table])
        table.set_weights([parameters])
        model.compile(optimizer, NegativeLogLikelihood(distribution, reduction="sum"))
        return model

    return build


@pytest.fixture(scope="session")
def gradients_of(parameter_table):
    """The gradients of the costs of samples: `(n,)`, `(n, channels)` to the latter."""

    def gradients_of(distribution, waveform, parameters):
        # After one step from rest, the momentum is minus the gradient.
        sgd = keras.optimizers.SGD(1.0, momentum=0.5)
        model = parameter_table(distribution, parameters, sgd)
        number = np.arange(len(waveform))[None]
        model.train_on_batch(number, waveform[None])
        (momentum,) = (v for v in sgd.variables if tuple(v.shape) == parameters.shape)
        return -ops.convert_to_numpy(momentum)

    return gradients_of
