"""Initialisation of kernels that are kept in one variable but act as several."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_wavenet")
class SideBySide(keras.initializers.Initializer):
    """Draw each of several kernels as if it stood alone, then join them.

    A fused filter|gate kernel or the skip kernels of all blocks in one matrix have
    another fan-in and fan-out than their parts: Glorot's rule must see the parts.

    Args:
        initializer: Name, config or instance of the initializer of one part.
        parts: How many kernels the variable holds, at least 1.
        axis: The axis along which they lie.
    """

    def __init__(self, initializer, parts, axis=-1):
        self.initializer = keras.initializers.get(initializer)
        self.parts = parts
        self.axis = axis

    def __call__(self, shape, dtype=None):
        shape = list(shape)
        if shape[self.axis] % self.parts:
            raise ValueError(
                f"Axis {self.axis} of the kernel must divide into {self.parts} parts. "
                f"Received: shape={tuple(shape)}"
            )
        shape[self.axis] //= self.parts
        draws = [
            one_of_several(self.initializer, part)(tuple(shape), dtype=dtype)
            for part in range(self.parts)
        ]
        return ops.concatenate(draws, axis=self.axis)

    def get_config(self):
        return {
            "initializer": keras.initializers.serialize(self.initializer),
            "parts": self.parts,
            "axis": self.axis,
        }


def one_of_several(initializer, number):
    """The initializer for one of several kernels, told apart by their numbers.

    A Keras initializer returns the same numbers at every call: each kernel needs a seed
    of its own. A seed generator goes on by itself, and so may a plain function.
    """
    seed = getattr(initializer, "seed", None)
    if seed is None or isinstance(seed, keras.random.SeedGenerator):
        return initializer
    config = initializer.get_config()
    if isinstance(config["seed"], int):
        config["seed"] += number
    return type(initializer).from_config(config)
