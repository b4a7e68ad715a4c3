"""The loop on JAX: a `fori_loop` under `jit`, with the weights as arguments."""

import functools

import jax
import jax.numpy as jnp
import keras

from keras_wavenet.generation.engines.backend_engine import BackendEngine


def is_on_cpu(model):
    """Whether the weights lie on a CPU."""
    devices = model.weights[0].value.devices()
    return all(device.platform == "cpu" for device in devices)


class Engine(BackendEngine):
    """Runs the `step` of a model's network in compiled chunks."""

    def __init__(self, model):
        super().__init__(model)
        self._loop = functools.cache(self._compiled_loop)

    def compiled(self, function):
        jit = functools.cache(functools.partial(self._jit, function))

        def call(*given):
            static = tuple(i for i, one in enumerate(given, 1) if type(one) is int)
            return jit(static)(self._weights(), *given)

        call.cache_info = jit.cache_info
        return call

    def run(self, state, samples, noise, count, condition, sampling):
        loop = self._loop(sampling.chooser(self.model.distribution))
        temperature = jnp.float32(sampling.temperature)
        weights = self._weights()
        return loop(weights, state, samples, noise, count, condition, temperature)

    def _weights(self):
        return [weight.value for weight in self.model.weights]

    def _jit(self, function, static=()):
        """A weight that `jit` meets as an argument may change without recompiling."""

        def pure(weights, *arguments):
            mapping = zip(self.model.weights, weights, strict=True)
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return jax.jit(pure, static_argnums=static)

    def _compiled_loop(self, choose):
        def loop(state, samples, noise, count, condition, temperature):
            def sample(t, carry):
                state, samples, audio = carry
                added = None if condition is None else condition[t % len(condition)]
                parameters, state = self.model.network.step(samples, state, added)
                samples = choose(parameters, noise[t], temperature)
                return state, samples, audio.at[t].set(samples)

            audio = jnp.zeros(noise.shape[:2], "float32")
            carry = jax.lax.fori_loop(0, count, sample, (state, samples, audio))
            state, samples, audio = carry
            return audio, state, samples

        return self._jit(loop)
