"""Vectors and small matrices times the weights: most of the time of a sample."""

import ml_dtypes
import numpy as np

from keras_wavenet.generation.engines.cpu.arithmetic import compiled
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


def pack(kernels, half=False):
    """Lay kernels out in the order in which `product` reads them.

    Args:
        kernels: float32 `(kernels, n, m)`.
        half: Whether to round the weights to bfloat16.

    Returns:
        Contiguous array of float32, `(kernels, strips, n, STRIP)`: strips of columns,
        the last filled up with zeros. Or of uint32, `(kernels, strips, n, LANES)`: the
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


def padded_width(width):
    """So many columns that they fill all strips."""
    return -(-width // STRIP) * STRIP


@compiled
def product(x, kernels, number, outputs):
    """Write `x @ kernel` to `outputs`, reading the weights once, in order.

    Args:
        x: float32 `(streams, at least n)`, contiguous.
        kernels: What `pack` returned.
        number: Which of them.
        outputs: float32 `(streams, padded width)`, contiguous.
    """
    strips, inputs = kernels.shape[1], kernels.shape[2]
    fours = len(x) - len(x) % 4
    for strip in range(strips):
        first = (number * strips + strip) * inputs
        for s in range(0, fours, 4):
            weigh_four(x, s, kernels, first, outputs, strip * STRIP)
        for s in range(fours, len(x)):
            weigh_one(x, s, kernels, first, outputs, strip * STRIP)


@compiled
def weigh_one(x, s, kernels, first, outputs, column):
    """One stream and one strip: four rows of it at a time, in sums of their own."""
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


@compiled
def weigh_four(x, s, kernels, first, outputs, column):
    """Four streams and one strip: what is read of the weights serves all four."""
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
