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
        parts: How many kernels of one size the variable holds, at least 1, or a list
            of their sizes along the axis.
        axis: The axis along which they lie.
    """

    def __init__(self, initializer, parts, axis=-1):
        self.initializer = keras.initializers.get(initializer)
        self.parts = parts
        self.axis = axis

    def __call__(self, shape, dtype=None):
        draws = []
        for number, size in enumerate(self._sizes(shape)):
            part = list(shape)
            part[self.axis] = size
            draw = one_of_several(self.initializer, number)
            draws.append(draw(tuple(part), dtype=dtype))
        return ops.concatenate(draws, axis=self.axis)

    def _sizes(self, shape):
        length = shape[self.axis]
        sizes = self.parts
        if isinstance(sizes, int):
            sizes = [length // sizes] * sizes
        if sum(sizes) != length:
            raise ValueError(
                f"Axis {self.axis} of the kernel must divide into {self.parts} parts. "
                f"Received: shape={tuple(shape)}"
            )
        return sizes

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
