"""Kernels as PyTorch stores them, (outputs, inputs, taps), with weight norm or without.

Weight norm stores a kernel as a direction and a length for each output: `weight_v` and
`weight_g`.
"""

import numpy as np

from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.layers import UNUSED

Shape = tuple[int | None, ...]


def kernel_shape(arrays: Arrays, name: str) -> tuple[int, ...]:
    """The shape of the kernel of a convolution over time, as PyTorch has it.

    Raises:
        ValueError: If it is missing, or has another number of axes than three.
    """
    is_normed = f"{name}.weight_v" in arrays
    return arrays.shape(f"{name}.{'weight_v' if is_normed else 'weight'}", rank=3)


def take_kernel(arrays: Arrays, name: str, target: str, shape: Shape) -> np.ndarray:
    """Take a kernel, its weight norm folded, as (taps, inputs, outputs).

    Args:
        arrays: Those of the checkpoint.
        name: Of the layer in the checkpoint.
        target: The weight that it goes to, for the table.
        shape: What it must have, (outputs, inputs, taps); `None` for any.

    Raises:
        ValueError: If it is missing or of another shape.
    """
    return take_weight(arrays, name, target, shape).transpose(2, 1, 0)


def take_weight(arrays: Arrays, name: str, target: str, shape: Shape) -> np.ndarray:
    """As `take_kernel`, with the axes of PyTorch, of which there may be any number."""
    if f"{name}.weight_v" not in arrays:
        return arrays.take(f"{name}.weight", target, shape)
    v = arrays.take(f"{name}.weight_v", target, shape).astype("float64")
    lengths = (shape[0], *[1] * (len(shape) - 1))
    of_length = target if target == UNUSED else f"{target}, its length"
    g = arrays.take(f"{name}.weight_g", of_length, lengths)
    norm = np.sqrt(np.sum(v**2, axis=tuple(range(1, v.ndim)), keepdims=True))
    return (g * v / np.where(norm == 0, 1, norm)).astype("float32")


def take_projection(
    arrays: Arrays, name: str, target: str, shape: tuple[int | None, int | None]
) -> np.ndarray:
    """Take a kernel of one tap, as (inputs, outputs); `shape` is (outputs, inputs)."""
    return take_kernel(arrays, name, target, (*shape, 1))[0]


def take_bias(
    arrays: Arrays, name: str, target: str, channels: int, required: bool = False
) -> np.ndarray | None:
    """Take a bias, or None where the layer has none and needs none."""
    if not required and f"{name}.bias" not in arrays:
        return None
    return arrays.take(f"{name}.bias", target, (channels,))
