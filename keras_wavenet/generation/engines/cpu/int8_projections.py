"""Projections with weights and activations of 8 bits.

Each column of a kernel has a scale, and each row of activations has its own, from its
largest absolute value: it depends on one sample of one stream. Sums are exact.
"""

import typing

import numpy as np

from keras_wavenet.generation.engines.cpu.byte_lanes import (
    GROUP,
    add_sums,
    as_lanes,
    dot,
    dot_instruction,
    larger,
    largest_lane,
    no_sums,
    store_rounded,
    takes_unsigned,
)
from keras_wavenet.generation.engines.cpu.compilation import inner
from keras_wavenet.generation.engines.cpu.lanes import (
    LANES,
    load,
    load_one,
    multiply,
    repeated,
    store,
    zeros,
)
from keras_wavenet.generation.engines.cpu.projections import STRIP, padded_width

MAX_INPUTS = 2**17  # 2**31 / 127**2 = 133,144: sums fit 32 bits
LARGEST = np.float32(127)
_SMALLEST = np.float32(1e-30)  # of a row that is not all zeros: 127 / it is finite
_ZERO = np.float32(0)


class Int8Kernels(typing.NamedTuple):
    """Kernels in the order in which `project_int8` reads them.

    Attributes:
        weights: int8 `(kernels, strips, groups, 2, LANES, GROUP)`: of each group of
            inputs the columns of a strip, side by side.
        scales: float32 `(kernels, padded width)`: a weight is its int8 times that.
        offsets: int32 `(kernels, padded width)`, added to the sums: what the 128 that
            is added to unsigned activations contributes, negated; or 0.
        inputs: Number of inputs, without those that fill the last group.
        activations: Empty, of the type of rounded activations.
    """

    weights: np.ndarray
    scales: np.ndarray
    offsets: np.ndarray
    inputs: int
    activations: np.ndarray


class Activations(typing.NamedTuple):
    """Rows of activations as whole numbers, of the streams of a workspace.

    Attributes:
        numbers: int8 or int16 `(streams, at least inputs + LANES)`.
        scales: float32 `(streams,)`: an activation is its number times that.
    """

    numbers: np.ndarray
    scales: np.ndarray


def activations_dtype(widened: bool = False) -> str:
    """The type of activations: see `byte_lanes`.

    Args:
        widened: Whether to use no instruction for dot products of bytes.
    """
    return "int16" if widened or dot_instruction() is None else "int8"


def pack_int8(kernels: np.ndarray, dtype: str) -> Int8Kernels:
    """Round kernels to int8, with a scale for each column.

    Args:
        kernels: float32 `(kernels, n, m)`.
        dtype: That of the activations.

    Raises:
        ValueError: If there are more than `MAX_INPUTS` inputs.
    """
    count, inputs, width = kernels.shape
    if inputs > MAX_INPUTS:
        raise ValueError(
            f"The engine 'cpu_int8' sums at most {MAX_INPUTS:,} products in 32 bits: "
            f"use 'cpu_bfloat16' for this network. Received: inputs={inputs:,}"
        )
    groups, columns = -(-inputs // GROUP), padded_width(width)
    largest = np.abs(kernels).max(axis=1, initial=0)
    scales = largest / LARGEST
    factors = np.divide(LARGEST, largest, where=largest > _SMALLEST, out=0 * largest)
    numbers = np.rint(kernels * factors[:, None]).astype("int8")
    padding = [(0, 0), (0, groups * GROUP - inputs), (0, columns - width)]
    numbers = np.pad(numbers, padding)
    unsigned = dtype == "int8" and takes_unsigned()
    offsets = -128 * numbers.sum(axis=1, dtype="int32") * unsigned
    parts = (count, groups, GROUP, columns // STRIP, 2, LANES)
    weights = numbers.reshape(parts).transpose(0, 3, 1, 4, 5, 2)
    return Int8Kernels(
        np.ascontiguousarray(weights),
        np.pad(scales, [(0, 0), padding[-1]]),
        offsets.astype("int32"),
        inputs,
        np.zeros(0, dtype),
    )


@inner
def project_int8(
    x: np.ndarray,
    kernels: Int8Kernels,
    number: int,
    outputs: np.ndarray,
    activations: Activations,
) -> None:
    """Write `x @ kernel` to `outputs`, as `projections.project` of rounded arrays.

    Args:
        x: float32 `(streams, at least n)`, contiguous.
        kernels: From `pack_int8`.
        number: Number of the kernel.
        outputs: float32 `(streams, padded width)`, contiguous.
        activations: Rounded rows of `x`, written.
    """
    for s in range(len(x)):
        round_row(x, s, kernels.inputs, activations)
    strips, groups = kernels.weights.shape[1], kernels.weights.shape[2]
    fours = len(x) - len(x) % 4
    for strip in range(strips):
        row, column = 2 * (number * strips + strip) * groups, strip * STRIP
        at = number * outputs.shape[1] + column
        for s in range(0, fours, 4):
            project_four_int8(activations, s, kernels, row, at, outputs, column)
        for s in range(fours, len(x)):
            project_one_int8(activations, s, kernels, row, at, outputs, column)


@inner
def round_row(x: np.ndarray, s: int, inputs: int, activations: Activations) -> None:
    """Round a row to numbers from -127 to 127, and store its scale.

    The last lanes may write past the row: zero weights multiply what is there.
    """
    whole, at = inputs - inputs % LANES, s * x.shape[1]
    most = zeros()
    for i in range(0, whole, LANES):
        most = larger(most, load(x, at + i))
    for i in range(whole, inputs):
        most = larger(most, repeated(load_one(x, at + i)))
    largest = largest_lane(most)
    factor = LARGEST / largest if largest > _SMALLEST else _ZERO
    factors, numbers = repeated(factor), activations.numbers
    to = s * numbers.shape[1]
    for i in range(0, whole, LANES):
        store_rounded(numbers, to + i, multiply(load(x, at + i), factors))
    for i in range(whole, inputs):
        last = multiply(repeated(load_one(x, at + i)), factors)
        store_rounded(numbers, to + i, last)
    activations.scales[s] = largest / LARGEST


@inner
def project_one_int8(
    activations: Activations,
    s: int,
    kernels: Int8Kernels,
    row: int,
    at: int,
    outputs: np.ndarray,
    column: int,
) -> None:
    """Project one stream by one strip: two groups at a time, in separate sums."""
    weights, x = kernels.weights, activations.numbers
    groups, i = weights.shape[2], s * x.shape[1]
    a, b, c, d = no_sums(x), no_sums(x), no_sums(x), no_sums(x)
    for _ in range(groups // 2):
        a = dot(weights, row, x, i, a)
        b = dot(weights, row + 1, x, i, b)
        c = dot(weights, row + 2, x, i + GROUP, c)
        d = dot(weights, row + 3, x, i + GROUP, d)
        row += 4
        i += 2 * GROUP
    if groups % 2:
        a = dot(weights, row, x, i, a)
        b = dot(weights, row + 1, x, i, b)
    to, scale = s * outputs.shape[1] + column, activations.scales[s]
    store_scaled(add_sums(a, c), kernels, at, scale, outputs, to)
    store_scaled(add_sums(b, d), kernels, at + LANES, scale, outputs, to + LANES)


@inner
def project_four_int8(
    activations: Activations,
    s: int,
    kernels: Int8Kernels,
    row: int,
    at: int,
    outputs: np.ndarray,
    column: int,
) -> None:
    """Project four streams by one strip, which is read once."""
    weights, x, scales = kernels.weights, activations.numbers, activations.scales
    width = x.shape[1]
    i = s * width
    a, b, c, d = no_sums(x), no_sums(x), no_sums(x), no_sums(x)
    e, f, g, h = no_sums(x), no_sums(x), no_sums(x), no_sums(x)
    for _ in range(weights.shape[2]):
        a = dot(weights, row, x, i, a)
        b = dot(weights, row + 1, x, i, b)
        c = dot(weights, row, x, i + width, c)
        d = dot(weights, row + 1, x, i + width, d)
        e = dot(weights, row, x, i + 2 * width, e)
        f = dot(weights, row + 1, x, i + 2 * width, f)
        g = dot(weights, row, x, i + 3 * width, g)
        h = dot(weights, row + 1, x, i + 3 * width, h)
        row += 2
        i += GROUP
    width = outputs.shape[1]
    to = s * width + column
    store_scaled(a, kernels, at, scales[s], outputs, to)
    store_scaled(b, kernels, at + LANES, scales[s], outputs, to + LANES)
    to += width
    store_scaled(c, kernels, at, scales[s + 1], outputs, to)
    store_scaled(d, kernels, at + LANES, scales[s + 1], outputs, to + LANES)
    to += width
    store_scaled(e, kernels, at, scales[s + 2], outputs, to)
    store_scaled(f, kernels, at + LANES, scales[s + 2], outputs, to + LANES)
    to += width
    store_scaled(g, kernels, at, scales[s + 3], outputs, to)
    store_scaled(h, kernels, at + LANES, scales[s + 3], outputs, to + LANES)


@inner
def store_scaled(
    sums: typing.Any,
    kernels: Int8Kernels,
    at: int,
    scale: np.float32,
    outputs: np.ndarray,
    to: int,
) -> None:
    """Write sixteen sums times the scales of their columns and of their row."""
    values = as_lanes(sums, kernels.offsets, at)
    values = multiply(values, load(kernels.scales, at))
    store(outputs, to, multiply(values, repeated(scale)))
