"""The functions of generation as functions of TensorFlow, with named tensors.

Axes as in `step_functions.py`.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from keras_wavenet.export.shift_queue import as_rings
from keras_wavenet.export.step_functions import StepFunctions


class Signatures(tf.Module):
    """A module whose functions are the signatures of a file.

    Args:
        functions: `StepFunctions` on the backend TensorFlow.
        batch: Number of streams; `None` leaves it open.
        frozen: Whether weights are constants of each function, not variables of all.
    """

    def __init__(
        self, functions: StepFunctions, batch: int | None = None, frozen: bool = False
    ) -> None:
        super().__init__()
        self._functions, self._batch = functions, batch
        self._constants = []
        variables = [weight.value for weight in functions.model.weights]
        if frozen:
            constants = [tf.constant(value.numpy()) for value in variables]
            weights = functions.model.weights
            self._constants = list(zip(weights, constants, strict=True))
        else:
            self.variables_of_model = variables  # tracked, to be saved

    def signatures(self, with_loop: bool) -> dict[str, Callable]:
        """The concrete functions by name.

        Args:
            with_loop: Whether there is `generate`, compiled by XLA where it runs.
        """
        functions = self._functions
        batch, condition = self._batch, {}
        if functions.width:
            condition["condition"] = _spec((batch, functions.width))
        distribution = functions.model.distribution
        queues = {"queues": _spec((batch, functions.layout.size))}
        parameters = {"parameters": _spec((batch, distribution.channels))}
        noise = {"uniforms": _spec((batch, distribution.uniforms_per_sample))}
        temperature = {"temperature": _spec(())}
        inputs = self._inputs()
        found = {
            "start": self._traced(
                self._start, inputs or {"streams": _spec((batch,), "int32")}
            ),
            "step": self._traced(
                self._step, {**queues, "sample": _spec((batch,)), **condition}
            ),
            "draw": self._traced(self._draw, {**parameters, **noise, **temperature}),
        }
        if inputs:
            found["rows"] = self._traced(self._rows, inputs)
        if with_loop:
            rows = {}
            if functions.width:
                rows["rows"] = _spec((batch, None, functions.width))
            uniforms = {
                "uniforms": _spec((batch, None, distribution.uniforms_per_sample))
            }
            found["generate"] = self._traced(
                self._generate,
                {
                    **queues,
                    "sample": _spec((batch,)),
                    **rows,
                    **uniforms,
                    **temperature,
                },
                jit_compile=True,
            )
        return found

    def _traced(self, function, specs, jit_compile=None):
        """A concrete function of named tensors."""

        def call(**tensors):
            if not self._constants:
                return function(**tensors)
            with keras.StatelessScope(state_mapping=self._constants):
                return function(**tensors)

        named = {
            name: tf.TensorSpec(spec.shape, spec.dtype, name)
            for name, spec in specs.items()
        }
        compiled = tf.function(call, jit_compile=jit_compile)
        return compiled.get_concrete_function(**named)

    def _inputs(self):
        return {
            name: _spec((self._batch, *shape), dtype)
            for name, (shape, dtype) in self._functions.inputs.items()
        }

    def _start(self, **inputs):
        return {"queues": self._functions.start(**inputs)}

    def _rows(self, **inputs):
        return {"rows": self._functions.rows(**inputs)}

    def _step(self, queues, sample, condition=None):
        parameters, queues = self._functions.step(queues, sample, condition)
        return {"parameters": parameters, "next_queues": queues}

    def _draw(self, parameters, uniforms, temperature):
        return {"sample": self._functions.draw(parameters, uniforms, temperature)}

    def _generate(self, queues, sample, uniforms, temperature, rows=None):
        """As many samples as there are uniforms, in a loop compiled by XLA."""
        functions, count = self._functions, tf.shape(uniforms)[1]
        memory = as_rings(functions.layout.unpack(queues))
        noise = tf.transpose(uniforms, (1, 0, 2))
        held = None if rows is None else tf.transpose(rows, (1, 0, 2))

        def body(t, memory, sample, audio):
            row = None if held is None else held[t % tf.shape(held)[0]]
            parameters, memory = functions.network.step(sample, memory, row)
            sample = functions.draw(parameters, noise[t], temperature)
            return t + 1, memory, sample, audio.write(t, sample)

        audio = tf.TensorArray("float32", count, element_shape=sample.shape)
        _, memory, sample, audio = tf.while_loop(
            lambda t, *_: t < count, body, (0, memory, sample, audio)
        )
        return {
            "samples": tf.transpose(audio.stack()),
            "next_queues": functions.layout.pack(memory),
        }


def _spec(shape, dtype="float32"):
    return tf.TensorSpec(shape, dtype)
