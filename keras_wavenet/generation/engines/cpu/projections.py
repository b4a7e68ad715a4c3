"""Projections of one or a few vectors, which take most of the time of a sample."""

import ml_dtypes
import numpy as np

from keras_wavenet.generation.engines.cpu.compilation import compiled, inner
from keras_wavenet.generation.engines.cpu.lanes import (
    LANES,
    add,
    left,
    multiply_add,
    right,
    store,
    zeros,
)

STRIP = 2 * LANES


def pack(kernels: np.ndarray, half: bool = False) -> np.ndarray:
    """Pack kernels in the order in which `project` reads them.

    Args:
        kernels: float32 `(kernels, n, m)`.
        half: Whether to round the weights to bfloat16.

    Returns:
        Contiguous array of float32, `(kernels, strips, n, STRIP)`: strips of columns,
        the last padded with zeros. Or of uint32, `(kernels, strips, n, LANES)`: the
        weights of columns c and c + LANES of a strip share a word.
    """
    count, inputs, width = kernels.shape
    strips = padded_width(width) // STRIP
    padded = np.pad(kernels, [(0, 0), (0, 0), (0, strips * STRIP - width)])
    strips = padded.reshape(count, inputs, strips, STRIP).transpose(0, 2, 1, 3)
    strips = np.ascontiguousarray(strips)
    if not half:
        return strips
    bits = strips.astype(ml_dtypes.bfloat16).view("uint16").astype("uint32")
    return bits[..., :LANES] | bits[..., LANES:] << 16


def padded_width(width: int) -> int:
    """The number of columns of whole strips for `width` columns."""
    return -(-width // STRIP) * STRIP


@inner
def project(
    x: np.ndarray, kernels: np.ndarray, number: int, outputs: np.ndarray
) -> None:
    """Write `x @ kernel` to `outputs`, reading the weights once, in order.

    Args:
        x: float32 `(streams, at least n)`, contiguous.
        kernels: From `pack`.
        number: Number of the kernel.
        outputs: float32 `(streams, padded width)`, contiguous.
    """
    strips, inputs = kernels.shape[1], kernels.shape[2]
    fours = len(x) - len(x) % 4
    for strip in range(strips):
        first = (number * strips + strip) * inputs
        for s in range(0, fours, 4):
            project_four(x, s, kernels, first, outputs, strip * STRIP)
        for s in range(fours, len(x)):
            project_one(x, s, kernels, first, outputs, strip * STRIP)


@inner
def project_one(
    x: np.ndarray,
    s: int,
    kernels: np.ndarray,
    first: int,
    outputs: np.ndarray,
    column: int,
) -> None:
    """Project one stream by one strip: four rows at a time, in separate sums."""
    inputs = kernels.shape[2]
    a, b, c, d = zeros(), zeros(), zeros(), zeros()
    e, f, g, h = zeros(), zeros(), zeros(), zeros()
    for i in range(0, inputs - inputs % 4, 4):
        row = first + i
        a = multiply_add(x[s, i], left(kernels, row), a)
        b = multiply_add(x[s, i], right(kernels, row), b)
        c = multiply_add(x[s, i + 1], left(kernels, row + 1), c)
        d = multiply_add(x[s, i + 1], right(kernels, row + 1), d)
        e = multiply_add(x[s, i + 2], left(kernels, row + 2), e)
        f = multiply_add(x[s, i + 2], right(kernels, row + 2), f)
        g = multiply_add(x[s, i + 3], left(kernels, row + 3), g)
        h = multiply_add(x[s, i + 3], right(kernels, row + 3), h)
    for i in range(inputs - inputs % 4, inputs):
        a = multiply_add(x[s, i], left(kernels, first + i), a)
        b = multiply_add(x[s, i], right(kernels, first + i), b)
    to = s * outputs.shape[1] + column
    store(outputs, to, add(add(a, c), add(e, g)))
    store(outputs, to + LANES, add(add(b, d), add(f, h)))


@inner
def project_four(
    x: np.ndarray,
    s: int,
    kernels: np.ndarray,
    first: int,
    outputs: np.ndarray,
    column: int,
) -> None:
    """Project four streams by one strip, which is read once."""
    a, b, c, d = zeros(), zeros(), zeros(), zeros()
    e, f, g, h = zeros(), zeros(), zeros(), zeros()
    for i in range(kernels.shape[2]):
        near, far = left(kernels, first + i), right(kernels, first + i)
        a = multiply_add(x[s, i], near, a)
        b = multiply_add(x[s, i], far, b)
        c = multiply_add(x[s + 1, i], near, c)
        d = multiply_add(x[s + 1, i], far, d)
        e = multiply_add(x[s + 2, i], near, e)
        f = multiply_add(x[s + 2, i], far, f)
        g = multiply_add(x[s + 3, i], near, g)
        h = multiply_add(x[s + 3, i], far, h)
    width = outputs.shape[1]
    to = s * width + column
    store(outputs, to, a)
    store(outputs, to + LANES, b)
    store(outputs, to + width, c)
    store(outputs, to + width + LANES, d)
    store(outputs, to + 2 * width, e)
    store(outputs, to + 2 * width + LANES, f)
    store(outputs, to + 3 * width, g)
    store(outputs, to + 3 * width + LANES, h)


@compiled
def project_rows(
    x: np.ndarray, kernels: np.ndarray, number: int, outputs: np.ndarray
) -> None:
    """`project`, called from Python."""
    project(x, kernels, number, outputs)
