"""The loop on TensorFlow: a `while_loop` in one function, compiled by XLA."""

import functools
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from keras import tree

from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling


def is_on_cpu(model: Model) -> bool:
    """Whether the weights are on a CPU."""
    return "CPU" in model.weights[0].value.device


class Engine(BackendEngine):
    """Runs the `step` of a model's network in compiled chunks."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._loop = functools.cache(self._compiled_loop)

    def copied(self, weight: tf.Variable) -> tf.Tensor:
        """The value: an assignment leaves it as it is, and a tape does not watch it.

        Loops compiled by XLA have no gradients.
        """
        return tf.stop_gradient(tf.identity(weight))

    def compiled(self, function: Callable) -> Callable:
        """The function as a graph, without XLA: it runs once in a generation."""
        function = tf.function(self.with_weights(function))

        def call(weights, *arguments):
            values = [tf.convert_to_tensor(weight) for weight in weights]
            return function(values, *tree.map_structure(_tensor, arguments))

        return call

    def run(
        self,
        memory: tuple,
        samples: tf.Tensor,
        noise: np.ndarray,
        count: int,
        condition: tf.Tensor | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[tf.Tensor, tuple, tf.Tensor, tf.Tensor]:
        channels = self.model.distribution.channels if keep_parameters else 0
        loop = self._loop(sampling.chooser(self.model.distribution), channels)
        return loop(
            [tf.convert_to_tensor(weight) for weight in self.weights()],
            memory,
            samples,
            tf.convert_to_tensor(noise),
            tf.convert_to_tensor(count),
            condition,
            tf.convert_to_tensor(sampling.temperature, "float32"),
        )

    def _compiled_loop(self, choose, channels):
        def loop(memory, samples, noise, count, condition, temperature):
            def sample(t, memory, samples, audio, kept):
                added = None if condition is None else condition[t % condition.shape[0]]
                parameters, memory = self.model.network.step(samples, memory, added)
                samples = choose(parameters, noise[t], temperature)
                if channels:
                    kept = kept.write(t, parameters)
                return t + 1, memory, samples, audio.write(t, samples), kept

            shape = noise.shape[1:2]
            audio, kept = (
                tf.TensorArray("float32", noise.shape[0], element_shape=one)
                for one in (shape, [*shape, channels])
            )
            start = (0, memory, samples, audio, kept)
            _, memory, samples, audio, kept = tf.while_loop(
                lambda t, *_: t < count, sample, start
            )
            return audio.stack(), memory, samples, kept.stack()

        return tf.function(self.with_weights(loop), jit_compile=True)


def _tensor(argument):
    """A tensor; an integer stays one, as a constant of the function."""
    if argument is None or type(argument) is int:
        return argument
    return tf.convert_to_tensor(argument)
