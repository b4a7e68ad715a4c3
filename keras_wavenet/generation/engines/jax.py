"""The loop on JAX: a `fori_loop` under `jit`, with the weights as arguments."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
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

    def copied(self, weight: jax.Array) -> jax.Array:
        """A copy: training steps reuse the memory of the weights before them."""
        return jnp.array(weight, copy=True)

    def compiled(self, function: Callable) -> Callable:
        """The function under `jit`."""
        jit = functools.cache(
            lambda static: jax.jit(self.with_weights(function), static_argnums=static)
        )

        def call(weights, *arguments):
            static = tuple(i for i, one in enumerate(arguments, 1) if type(one) is int)
            return jit(static)(weights, *arguments)

        return call

    def run(
        self,
        memory: tuple,
        samples: jax.Array,
        noise: np.ndarray,
        count: int,
        condition: jax.Array | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[jax.Array, tuple, jax.Array, jax.Array]:
        channels = self.model.distribution.channels if keep_parameters else 0
        loop = self._loop(sampling.chooser(self.model.distribution), channels)
        temperature = jnp.float32(sampling.temperature)
        weights = self.weights()
        return loop(weights, memory, samples, noise, count, condition, temperature)

    def _compiled_loop(self, choose, channels):
        def loop(memory, samples, noise, count, condition, temperature):
            def sample(t, carry):
                memory, samples, audio, kept = carry
                added = None if condition is None else condition[t % len(condition)]
                parameters, memory = self.model.network.step(samples, memory, added)
                samples = choose(parameters, noise[t], temperature)
                if channels:
                    kept = kept.at[t].set(parameters)
                return memory, samples, audio.at[t].set(samples), kept

            audio = jnp.zeros(noise.shape[:2], "float32")
            kept = jnp.zeros((*audio.shape, channels), "float32")
            carry = jax.lax.fori_loop(0, count, sample, (memory, samples, audio, kept))
            memory, samples, audio, kept = carry
            return audio, memory, samples, kept

        return jax.jit(self.with_weights(loop))
