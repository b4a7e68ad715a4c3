"""The loop on JAX: a `fori_loop` under `jit`, with the weights as arguments."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import keras
import numpy as np

from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling


def is_on_cpu(model: Model) -> bool:
    """Whether the weights are on a CPU."""
    devices = model.weights[0].value.devices()
    return all(device.platform == "cpu" for device in devices)


class Engine(BackendEngine):
    """Runs the `step` of a model's network in compiled chunks."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._loop = functools.cache(self._compiled_loop)

    def compiled(self, function: Callable) -> Callable:
        """The function under `jit`, with the weights as arguments."""
        jit = functools.cache(functools.partial(self._jit, function))

        def call(*arguments):
            static = tuple(i for i, one in enumerate(arguments, 1) if type(one) is int)
            return jit(static)(self._weights(), *arguments)

        call.cache_info = jit.cache_info
        return call

    def run(
        self,
        memory: tuple,
        samples: jax.Array,
        noise: np.ndarray,
        count: int,
        condition: jax.Array | None,
        sampling: Sampling,
    ) -> tuple[jax.Array, tuple, jax.Array]:
        loop = self._loop(sampling.chooser(self.model.distribution))
        temperature = jnp.float32(sampling.temperature)
        weights = self._weights()
        return loop(weights, memory, samples, noise, count, condition, temperature)

    def _weights(self):
        return [weight.value for weight in self.model.weights]

    def _jit(self, function, static=()):
        """Compile a function whose first argument is the weights, which may change."""

        def pure(weights, *arguments):
            mapping = zip(self.model.weights, weights, strict=True)
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return jax.jit(pure, static_argnums=static)

    def _compiled_loop(self, choose):
        def loop(memory, samples, noise, count, condition, temperature):
            def sample(t, carry):
                memory, samples, audio = carry
                added = None if condition is None else condition[t % len(condition)]
                parameters, memory = self.model.network.step(samples, memory, added)
                samples = choose(parameters, noise[t], temperature)
                return memory, samples, audio.at[t].set(samples)

            audio = jnp.zeros(noise.shape[:2], "float32")
            carry = jax.lax.fori_loop(0, count, sample, (memory, samples, audio))
            memory, samples, audio = carry
            return audio, memory, samples

        return self._jit(loop)
