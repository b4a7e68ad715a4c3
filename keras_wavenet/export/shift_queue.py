"""The memory of a network as one array of numbers, for exports that keep no state.

Axes: B streams, h past inputs of a layer, N numbers of all layers.
"""

import typing
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.layers.queue import Ring
from keras_wavenet.utils.tensor import Tensor


class ShiftQueue(typing.NamedTuple):
    """The last inputs of a layer, a memory as `layers.queue` describes it.

    Each step shifts all rows by one. Unlike a `Ring` it has no position: a program
    outside needs to know nothing of it to hand it on.

    Attributes:
        rows: `(B, h, ...)`, oldest first.
    """

    rows: Tensor

    def push(
        self, inputs: Tensor, kernel_size: int, dilation_rate: int
    ) -> tuple[list[Tensor], "ShiftQueue"]:
        """As `Ring.push`, of one input."""
        past = [self.rows[:, tap * dilation_rate] for tap in range(kernel_size - 1)]
        return past, ShiftQueue(self._window(inputs)[:, 1:])

    def push_window(self, inputs: Tensor) -> tuple[Tensor, "ShiftQueue"]:
        """As `Ring.push_window`."""
        window = self._window(inputs)
        return window, ShiftQueue(window[:, 1:])

    def _window(self, inputs):
        newest = ops.cast(ops.expand_dims(inputs, 1), self.rows.dtype)
        return ops.concatenate([self.rows, newest], axis=1)


class Layout:
    """Where each layer's past inputs are among N numbers.

    Args:
        memory: A memory of the network: for each layer a `Ring` or `()`.
    """

    def __init__(self, memory: Sequence[Any]) -> None:
        self._queues = [
            None
            if layer == ()
            else ((layer.rows.shape[1] - 1, *layer.rows.shape[2:]), layer.rows.dtype)
            for layer in memory
        ]
        self.size = sum(int(np.prod(one[0])) for one in self._queues if one)

    def pack(self, memory: Sequence[Any]) -> Tensor:
        """A memory as float32 `(B, N)`.

        Args:
            memory: For each layer a `Ring`, a `ShiftQueue` or `()`.
        """
        rows = [_oldest_first(layer) for layer in memory if layer != ()]
        flat = [
            ops.reshape(ops.cast(one, "float32"), (-1, int(np.prod(shape))))
            for one, (shape, _) in zip(rows, filter(None, self._queues), strict=True)
        ]
        return ops.concatenate(flat, axis=1)

    def unpack(self, numbers: Tensor) -> tuple:
        """The `ShiftQueue` of each layer, of float32 `(B, N)`."""
        memory, start = [], 0
        for one in self._queues:
            if one is None:
                memory.append(())
                continue
            shape, dtype = one
            stop = start + int(np.prod(shape))
            rows = ops.reshape(numbers[:, start:stop], (-1, *shape))
            memory.append(ShiftQueue(ops.cast(rows, dtype)))
            start = stop
        return tuple(memory)


def as_rings(memory: Sequence[Any]) -> tuple:
    """The `Ring` of each `ShiftQueue`, which a loop writes in place."""
    return tuple(layer if layer == () else _ring(layer.rows) for layer in memory)


def _ring(rows):
    rows = ops.concatenate([rows[:, :1], rows], axis=1)  # a free row first
    return Ring(rows, ops.zeros((), dtype="int32"))


def _oldest_first(layer):
    if isinstance(layer, ShiftQueue):
        return layer.rows
    count = layer.rows.shape[1]
    order = (layer.position + 1 + ops.arange(count - 1, dtype="int32")) % count
    return ops.take(layer.rows, order, axis=1)
