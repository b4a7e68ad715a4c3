"""The loop on JAX: a `fori_loop` under `jit`, with the weights as arguments."""

import functools

import jax
import jax.numpy as jnp
import keras


class Engine:
    """Runs the `step` of a network in compiled chunks."""

    def __init__(self, network):
        self.network = network
        self._initial_state = self._jit(
            lambda streams: self.network.get_initial_state(streams), static=(1,)
        )
        self._state_after = self._jit(
            lambda waveform: self.network.get_state_after(waveform)
        )
        self._loop = functools.cache(self._compiled_loop)

    def get_initial_state(self, streams):
        return self._initial_state(self._weights(), streams)

    def get_state_after(self, waveform):
        return self._state_after(self._weights(), waveform)

    def run(self, state, samples, noise, count, sampling):
        loop = self._loop(sampling.chooser(self.network.distribution))
        temperature = jnp.float32(sampling.temperature)
        return loop(self._weights(), state, samples, noise, count, temperature)

    def _weights(self):
        return [weight.value for weight in self.network.weights]

    def _jit(self, function, static=()):
        """A weight that `jit` meets as an argument may change without recompiling."""

        def pure(weights, *arguments):
            mapping = zip(self.network.weights, weights, strict=True)
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return jax.jit(pure, static_argnums=static)

    def _compiled_loop(self, choose):
        def loop(state, samples, noise, count, temperature):
            def sample(t, carry):
                state, samples, audio = carry
                parameters, state = self.network.step(samples, state)
                samples = choose(parameters, noise[t], temperature)
                return state, samples, audio.at[t].set(samples)

            audio = jnp.zeros(noise.shape[:2], "float32")
            carry = jax.lax.fori_loop(0, count, sample, (state, samples, audio))
            state, samples, audio = carry
            return audio, state, samples

        return self._jit(loop)
