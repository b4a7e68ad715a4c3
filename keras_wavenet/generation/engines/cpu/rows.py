"""Operations on rows of contiguous float32 arrays, by flat index, on lanes.

The remainder of a row that does not fill lanes is computed number by number.
"""

import numpy as np

from keras_wavenet.generation.engines.cpu.compilation import inner
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

_ZERO = np.float32(0)


@inner
def copy(source: np.ndarray, at: int, target: np.ndarray, to: int, width: int) -> None:
    """Copy `width` numbers, from index `at` of one array to `to` of another."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        store(target, to + i, load(source, at + i))
    for i in range(whole, width):
        store_one(target, to + i, load_one(source, at + i))


@inner
def add_multiple(
    factor: np.float32,
    source: np.ndarray,
    at: int,
    target: np.ndarray,
    to: int,
    width: int,
) -> None:
    """Add `factor` times a row of one array to that of another."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        total = multiply_add(factor, load(source, at + i), load(target, to + i))
        store(target, to + i, total)
    for i in range(whole, width):
        total = load_one(target, to + i) + factor * load_one(source, at + i)
        store_one(target, to + i, total)


@inner
def scaled_sum(
    source: np.ndarray,
    at: int,
    target: np.ndarray,
    to: int,
    width: int,
    scale: np.float32,
) -> None:
    """Replace a row of `target` by `(row + row of source) * scale`."""
    whole, scales = width - width % LANES, repeated(scale)
    for i in range(0, whole, LANES):
        total = add(load(source, at + i), load(target, to + i))
        store(target, to + i, multiply(total, scales))
    for i in range(whole, width):
        total = load_one(target, to + i) + load_one(source, at + i)
        store_one(target, to + i, total * scale)


@inner
def rectify_row(bias: np.ndarray, target: np.ndarray, to: int, width: int) -> None:
    """Replace a row by `relu(row + bias)`."""
    whole = width - width % LANES
    for i in range(0, whole, LANES):
        store(target, to + i, positive(add(load(bias, i), load(target, to + i))))
    for i in range(whole, width):
        store_one(target, to + i, max(load_one(target, to + i) + bias[i], _ZERO))
