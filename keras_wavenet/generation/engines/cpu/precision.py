"""The precisions of projections; the type of a kernel chooses how it is multiplied."""

import typing
from collections.abc import Callable

import numpy as np
from numba.core import types
from numba.extending import overload

from keras_wavenet.generation.engines.cpu.int8_projections import (
    Activations,
    Int8Kernels,
    activations_dtype,
    pack_int8,
    project_int8,
)
from keras_wavenet.generation.engines.cpu.projections import pack, project

Kernels: typing.TypeAlias = np.ndarray | Int8Kernels
Packing: typing.TypeAlias = Callable[[np.ndarray], Kernels]


class Precision(typing.NamedTuple):
    """How the kernels of a network are stored and multiplied.

    Attributes:
        pack: From kernels, float32 `(kernels, n, m)`, to what `run_projection` takes.
        pack_output: The same for the output projection.
    """

    pack: Packing
    pack_output: Packing


def get(name: str) -> Precision:
    """A precision.

    Args:
        name: `"float32"`; `"bfloat16"`, rounded weights; `"int8"`, weights and
            activations of 8 bits; `"int8_widened"`, the same without instructions for
            dot products of bytes.
    """
    if name.startswith("int8"):
        dtype = activations_dtype(widened=name.endswith("widened"))
        # Of all weights those of the output cost the most bits per sample in int8.
        return Precision(lambda kernels: pack_int8(kernels, dtype), _pack_half)
    pack_kernels = _pack_half if name == "bfloat16" else pack
    return Precision(pack_kernels, pack_kernels)


def _pack_half(kernels):
    return pack(kernels, half=True)


def number_of_inputs(kernels: Kernels) -> int:
    """The inputs of a kernel."""
    is_int8 = isinstance(kernels, Int8Kernels)
    return kernels.inputs if is_int8 else kernels.shape[2]


def type_of_activations(kernels: Kernels) -> np.dtype:
    """The type of the rounded activations that a kernel multiplies, if it does."""
    is_int8 = isinstance(kernels, Int8Kernels)
    return kernels.activations.dtype if is_int8 else np.dtype("int8")


def run_projection(
    x: np.ndarray,
    kernels: Kernels,
    number: int,
    outputs: np.ndarray,
    activations: Activations,
) -> None:
    """`project` or `project_int8`, in compiled code; arguments as there."""
    raise NotImplementedError("Only compiled code can call it.")


@overload(run_projection, inline="always")
def _run_projection(x, kernels, number, outputs, activations):
    if isinstance(kernels, types.NamedTuple):

        def run(x, kernels, number, outputs, activations):
            project_int8(x, kernels, number, outputs, activations)

    else:

        def run(x, kernels, number, outputs, activations):
            project(x, kernels, number, outputs)

    return run
