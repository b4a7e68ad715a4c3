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

    def compiled(self, function: Callable) -> Callable:
        """The function as a graph, without XLA: it runs once in a generation."""
        function = tf.function(function)
        return lambda *arguments: function(*tree.map_structure(_tensor, arguments))

    def run(
        self,
        memory: tuple,
        samples: tf.Tensor,
        noise: np.ndarray,
        count: int,
        condition: tf.Tensor | None,
        sampling: Sampling,
    ) -> tuple[tf.Tensor, tuple, tf.Tensor]:
        loop = self._loop(sampling.chooser(self.model.distribution))
        try:
            return loop(
                memory,
                samples,
                tf.convert_to_tensor(noise),
                tf.convert_to_tensor(count),
                condition,
                tf.convert_to_tensor(sampling.temperature, "float32"),
            )
        except LookupError as error:  # of an operation that has no gradient
            raise ValueError(
                "Generated audio has no gradients: call `generate` outside of "
                "tf.GradientTape, or in its `stop_recording()`."
            ) from error

    def _compiled_loop(self, choose):
        @tf.function(jit_compile=True)
        def loop(memory, samples, noise, count, condition, temperature):
            def sample(t, memory, samples, audio):
                added = None if condition is None else condition[t % condition.shape[0]]
                parameters, memory = self.model.network.step(samples, memory, added)
                samples = choose(parameters, noise[t], temperature)
                return t + 1, memory, samples, audio.write(t, samples)

            audio = tf.TensorArray(
                "float32", noise.shape[0], element_shape=noise.shape[1:2]
            )
            _, memory, samples, audio = tf.while_loop(
                lambda t, *_: t < count, sample, (0, memory, samples, audio)
            )
            return audio.stack(), memory, samples

        return loop


def _tensor(argument):
    """A tensor; an integer stays one, as a constant of the function."""
    if argument is None or type(argument) is int:
        return argument
    return tf.convert_to_tensor(argument)
