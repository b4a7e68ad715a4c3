"""The memory of a causal layer: what it keeps of its past inputs, and its taps.

A layer with memory is called in one of two ways. `layer(sequence)` has no inputs before
the sequence. `layer(inputs, memory=memory)` continues after the inputs in the memory
and returns the outputs and the next memory; `inputs` are one sample, `(batch, ...)`, or
a sequence, `(batch, time, ...)`, which keeps its length.

A memory is a `Ring`, `STEADY_STATE`, or, for a layer without past inputs (`kernel_size`
1), the empty tuple. An engine may supply its own class with the methods of a `Ring`.
"""

import typing

import keras
from keras import ops

from keras_wavenet.layers.span import span
from keras_wavenet.utils.tensor import Tensor, known


class Ring(typing.NamedTuple):
    """The last inputs of a layer.

    The ring is written before it is read, so that compilers write it in place and do
    not copy it.

    Attributes:
        rows: `(batch, history + 1, ...)`: the last `history` inputs and a free row.
        position: int32 scalar, the free row; the next row has the oldest input.
    """

    rows: Tensor
    position: Tensor

    def push(
        self, inputs: Tensor, kernel_size: int, dilation_rate: int
    ) -> tuple[list[Tensor], "Memory"]:
        """Add an input or a sequence of inputs.

        Returns:
            The `kernel_size - 1` past taps, oldest first, and the next memory.
        """
        if len(inputs.shape) == len(self.rows.shape):
            history = (kernel_size - 1) * dilation_rate
            past = ops.cast(self._oldest_first()[:, :-1], inputs.dtype)
            joined = ops.concatenate([past, inputs], axis=1)
            return taps(joined, kernel_size, dilation_rate)[:-1], tail(joined, history)
        written = self._written(inputs)
        count = written.shape[1]
        shape = (ops.shape(written)[0], 1, *written.shape[2:])
        numbers = [
            (self.position + 1 + tap * dilation_rate) % count
            for tap in range(kernel_size - 1)
        ]
        past = [
            ops.squeeze(ops.slice(written, self._start(number), shape), 1)
            for number in numbers
        ]
        return past, Ring(written, (self.position + 1) % count)

    def push_window(self, inputs: Tensor) -> tuple[Tensor, "Ring"]:
        """Add an input, `(batch, ...)`.

        Returns:
            The last inputs, `(batch, history + 1, ...)`, oldest first, and the next
            memory.
        """
        written = Ring(self._written(inputs), self.position)
        return written._oldest_first(), written._replace(
            position=(self.position + 1) % self.rows.shape[1]
        )

    def _oldest_first(self):
        """All rows, the one at the position last."""
        count = self.rows.shape[1]
        order = (self.position + 1 + ops.arange(count, dtype="int32")) % count
        return ops.take(self.rows, order, axis=1)

    def _written(self, inputs):
        newest = ops.cast(ops.expand_dims(inputs, 1), self.rows.dtype)
        return ops.slice_update(self.rows, self._start(self.position), newest)

    def _start(self, position):
        zero = ops.zeros((), dtype="int32")
        return (zero, position) + (zero,) * (len(self.rows.shape) - 2)


class _SteadyState:
    """The memory of a layer whose past inputs are all equal to its next input."""

    def push(
        self, inputs: Tensor, kernel_size: int, dilation_rate: int
    ) -> tuple[list[Tensor], "Memory"]:
        history = (kernel_size - 1) * dilation_rate
        return [inputs] * (kernel_size - 1), filled_with(inputs, history)


STEADY_STATE = _SteadyState()
Memory: typing.TypeAlias = Ring | _SteadyState | tuple[()]


class Tail(typing.NamedTuple):
    """The memory after a sequence, not built yet."""

    inputs: Tensor
    history: int

    def ring(self) -> Memory:
        """Build the memory: a `Ring` or the empty tuple."""
        return tail(self.inputs, self.history)


def run(
    layer: keras.layers.Layer,
    inputs: Tensor,
    memory: Memory | None = None,
    **options: typing.Any,
) -> tuple[typing.Any, Memory | Tail]:
    """Call a layer with memory.

    Returns:
        Its outputs, and the next memory; without a memory given, a `Tail`.
    """
    if memory is None:
        return layer(inputs, **options), Tail(inputs, layer.history)
    return layer(inputs, memory=memory, **options)


def push(
    inputs: Tensor, memory: Memory, kernel_size: int, dilation_rate: int
) -> tuple[list[Tensor], Memory]:
    """The taps of one sample or a sequence after a memory, and the next memory."""
    if kernel_size == 1:
        return [inputs], ()
    past, memory = memory.push(inputs, kernel_size, dilation_rate)
    return [*past, inputs], memory


def push_window(inputs: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
    """The last samples, `(batch, history + 1, ...)`, and the next memory.

    `inputs` are one sample, `(batch, ...)`, the last of these.
    """
    if memory == ():
        return ops.expand_dims(inputs, 1), memory
    return memory.push_window(inputs)


def taps(inputs: Tensor, kernel_size: int, dilation_rate: int) -> list[Tensor]:
    """The shifted views of a sequence that the taps of a kernel multiply, oldest first.

    `inputs` has shape `(batch, time, ...)`; each of the `kernel_size` views is
    `(kernel_size - 1) * dilation_rate` shorter.
    """
    last = (kernel_size - 1) * dilation_rate
    starts = range(0, last + 1, dilation_rate)
    _check_length(inputs.shape[1], last)
    length = ops.shape(inputs)[1] - last
    return [span(inputs, start, length) for start in starts]


def filled_with(inputs: Tensor, history: int) -> Memory:
    """The memory whose past inputs are all `inputs`, `(batch, ...)`."""
    if not history:
        return ()
    rows = ops.repeat(ops.expand_dims(inputs, 1), history + 1, axis=1)
    return Ring(rows, ops.zeros((), dtype="int32"))


def tail(inputs: Tensor, history: int) -> Memory:
    """The memory after `inputs`, `(batch, time, ...)`, at least `history` samples."""
    if not history:
        return ()
    length = inputs.shape[1]
    _check_length(length, history)
    inputs = inputs[:, length - history :]
    rows = ops.concatenate([inputs[:, :1], inputs], axis=1)
    return Ring(rows, ops.zeros((), dtype="int32"))


def output_length(length: int | None, history: int, padding: str) -> int | None:
    """Length of the output of a causal layer, for an input of `length` samples."""
    if length is None or padding == "causal":
        return length
    _check_length(length, history)
    return length - history


def _check_length(length, history):
    length = known(length)
    if length is not None and length < history:
        raise ValueError(
            f"The layer needs {history} earlier samples: the sequence must be at least "
            f"as long. Received: {length} samples"
        )
