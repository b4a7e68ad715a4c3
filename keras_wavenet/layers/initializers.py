"""Initialization of one variable that holds several kernels."""

import typing

import keras
from keras import ops

from keras_wavenet.utils.tensor import Tensor

# What the layers accept, as `keras.initializers.get` and the like do.
Initializer: typing.TypeAlias = str | dict | keras.initializers.Initializer
Regularizer: typing.TypeAlias = str | dict | keras.regularizers.Regularizer | None
Constraint: typing.TypeAlias = str | dict | keras.constraints.Constraint | None


@keras.saving.register_keras_serializable(package="keras_wavenet")
class SideBySide(keras.initializers.Initializer):
    """Draw each of several kernels on its own, then concatenate them.

    The fan-in and fan-out of a fused filter|gate kernel, or of the skip kernels of all
    blocks in one matrix, are not those of its parts, which Glorot's rule needs.

    Args:
        initializer: Name, config or instance of the initializer of one part.
        parts: How many kernels of one size the variable holds, at least 1, or a list
            of their sizes along the axis.
        axis: The axis along which they are concatenated.
    """

    def __init__(
        self, initializer: Initializer, parts: int | list[int], axis: int = -1
    ) -> None:
        self.initializer = keras.initializers.get(initializer)
        self.parts = parts
        self.axis = axis

    def __call__(self, shape: tuple, dtype: str | None = None) -> Tensor:
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

    def get_config(self) -> dict:
        return {
            "initializer": keras.initializers.serialize(self.initializer),
            "parts": self.parts,
            "axis": self.axis,
        }


def one_of_several(
    initializer: keras.initializers.Initializer, number: int
) -> keras.initializers.Initializer:
    """The initializer of kernel `number` of several that share an initializer.

    A Keras initializer with a seed returns the same values at every call, so that each
    kernel needs its own seed. One without, or with a seed generator, is returned as is.
    """
    seed = getattr(initializer, "seed", None)
    if seed is None or isinstance(seed, keras.random.SeedGenerator):
        return initializer
    config = initializer.get_config()
    if isinstance(config["seed"], int):
        config["seed"] += number
    return type(initializer).from_config(config)
