"""Rows of numbers in contiguous arrays of float32, by flat index, on lanes.

What is left of a row that fills no lanes is worked on number by number.
"""

import numpy as np

from keras_wavenet.generation.engines.cpu.arithmetic import compiled
from keras_wavenet.generation.engines.cpu.lanes import (
    LANES,
    add,
    load,
    load_one,
    multiply,
    multiply_add,
    positive,
    repeated,
    store,
    store_one,
)

_NOTHING = np.float32(0)


@compiled
def copy(source, at, target, to, width):
    """Copy so many numbers."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        store(target, to + i, load(source, at + i))
    for i in range(whole, width):
        store_one(target, to + i, load_one(source, at + i))


@compiled
def add_multiple(factor, source, at, target, to, width):
    """Add `factor` times a row of one array to that of another."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        total = multiply_add(factor, load(source, at + i), load(target, to + i))
        store(target, to + i, total)
    for i in range(whole, width):
        total = load_one(target, to + i) + factor * load_one(source, at + i)
        store_one(target, to + i, total)


@compiled
def scaled_sum(source, at, target, to, width, scale):
    """Make a row `(row + other) * scale`."""
    whole, scales = width - width % LANES, repeated(scale)
    for i in range(0, whole, LANES):
        total = add(load(source, at + i), load(target, to + i))
        store(target, to + i, multiply(total, scales))
    for i in range(whole, width):
        total = load_one(target, to + i) + load_one(source, at + i)
        store_one(target, to + i, total * scale)


@compiled
def rectify_row(bias, target, to, width):
    """ReLU of a row with a bias."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        store(target, to + i, positive(add(load(bias, i), load(target, to + i))))
    for i in range(whole, width):
        store_one(target, to + i, max(load_one(target, to + i) + bias[i], _NOTHING))
