"""The loop on TensorFlow: a `while_loop` in one function, compiled by XLA."""

import functools

import tensorflow as tf


class Engine:
    """Runs the `step` of a network in compiled chunks."""

    def __init__(self, network):
        self.network = network
        self._loop = functools.cache(self._compiled_loop)

    def get_initial_state(self, streams):
        return self.network.get_initial_state(streams)

    @functools.cached_property
    def _state_after(self):
        return tf.function(
            lambda waveform: self.network.get_state_after(waveform), jit_compile=True
        )

    def get_state_after(self, waveform):
        return self._state_after(tf.convert_to_tensor(waveform))

    def run(self, state, samples, noise, count, sampling):
        loop = self._loop(sampling.chooser(self.network.distribution))
        return loop(
            state,
            samples,
            tf.convert_to_tensor(noise),
            tf.convert_to_tensor(count),
            tf.convert_to_tensor(sampling.temperature, "float32"),
        )

    def _compiled_loop(self, choose):
        @tf.function(jit_compile=True)
        def loop(state, samples, noise, count, temperature):
            def sample(t, state, samples, audio):
                parameters, state = self.network.step(samples, state)
                samples = choose(parameters, noise[t], temperature)
                return t + 1, state, samples, audio.write(t, samples)

            audio = tf.TensorArray(
                "float32", noise.shape[0], element_shape=noise.shape[1:2]
            )
            _, state, samples, audio = tf.while_loop(
                lambda t, *_: t < count, sample, (0, state, samples, audio)
            )
            return audio.stack(), state, samples

        return loop
