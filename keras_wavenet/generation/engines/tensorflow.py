"""The loop on TensorFlow: a `while_loop` in one function, compiled by XLA."""

import functools

import tensorflow as tf
from keras import tree

from keras_wavenet.generation.engines.backend_engine import BackendEngine


def is_on_cpu(model):
    """Whether the weights lie on a CPU."""
    return "CPU" in model.weights[0].value.device


class Engine(BackendEngine):
    """Runs the `step` of a model's network in compiled chunks."""

    def __init__(self, model):
        super().__init__(model)
        self._loop = functools.cache(self._compiled_loop)

    def compiled(self, function):
        # Run once in a generation: XLA would compile for longer than it saves.
        function = tf.function(function)
        return lambda *given: function(*tree.map_structure(_tensor, given))

    def run(self, state, samples, noise, count, condition, sampling):
        loop = self._loop(sampling.chooser(self.model.distribution))
        return loop(
            state,
            samples,
            tf.convert_to_tensor(noise),
            tf.convert_to_tensor(count),
            condition,
            tf.convert_to_tensor(sampling.temperature, "float32"),
        )

    def _compiled_loop(self, choose):
        @tf.function(jit_compile=True)
        def loop(state, samples, noise, count, condition, temperature):
            def sample(t, state, samples, audio):
                added = None if condition is None else condition[t % condition.shape[0]]
                parameters, state = self.model.network.step(samples, state, added)
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


def _tensor(argument):
    """An integer stays one: it is a constant of the function."""
    if argument is None or type(argument) is int:
        return argument
    return tf.convert_to_tensor(argument)
