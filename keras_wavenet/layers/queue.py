"""The memory of a causal layer: what it keeps of its past inputs, and its taps.

A layer with memory is called in one of two ways. `layer(sequence)` starts with nothing
before the sequence. `layer(inputs, memory=memory)` goes on where the memory ends and
returns the outputs and the next memory; `inputs` are one sample, `(batch, ...)`, or a
sequence, `(batch, time, ...)`, which keeps its length.

A memory is a `Ring`, `STEADY`, or, of a layer that keeps nothing (`kernel_size` 1), the
empty tuple. An engine may bring memories of its own with the methods of a `Ring`.
"""

import typing

from keras import ops

from keras_wavenet.layers.span import span


class Ring(typing.NamedTuple):
    """The last inputs of a layer.

    The ring is written before it is read: compilers that write in place would copy all
    of it to keep what is still to be read.

    Attributes:
        rows: `(batch, history + 1, ...)`: the last `history` inputs and a free row.
        position: int32 scalar, the free row, after which stands the oldest input.
    """

    rows: typing.Any
    position: typing.Any

    def push(self, inputs, kernel_size, dilation_rate):
        """Add an input or a sequence of them.

        Returns:
            The `kernel_size - 1` past taps, oldest first, and the next memory.
        """
        if len(inputs.shape) == len(self.rows.shape):
            history = (kernel_size - 1) * dilation_rate
            past = ops.cast(self._oldest_first()[:, :-1], inputs.dtype)
            joined = ops.concatenate([past, inputs], axis=1)
            return taps(joined, kernel_size, dilation_rate)[:-1], tail(joined, history)
        count = self.rows.shape[1]
        written = self._written(inputs)
        shape = (written.shape[0], 1, *written.shape[2:])
        places = [
            (self.position + 1 + tap * dilation_rate) % count
            for tap in range(kernel_size - 1)
        ]
        past = [
            ops.squeeze(ops.slice(written, self._start(place), shape), 1)
            for place in places
        ]
        return past, Ring(written, (self.position + 1) % count)

    def push_window(self, inputs):
        """Add an input, `(batch, ...)`.

        Returns:
            The last inputs, `(batch, history + 1, ...)`, this one last, and the next
            memory.
        """
        written = Ring(self._written(inputs), self.position)
        return written._oldest_first(), written._replace(
            position=(self.position + 1) % self.rows.shape[1]
        )

    def _oldest_first(self):
        """All rows, that at the position last."""
        count = self.rows.shape[1]
        order = (self.position + 1 + ops.arange(count, dtype="int32")) % count
        return ops.take(self.rows, order, axis=1)

    def _written(self, inputs):
        newest = ops.cast(ops.expand_dims(inputs, 1), self.rows.dtype)
        return ops.slice_update(self.rows, self._start(self.position), newest)

    def _start(self, position):
        zero = ops.zeros((), dtype="int32")
        return (zero, position) + (zero,) * (len(self.rows.shape) - 2)


class _Steady:
    """The memory of a layer whose input never changed: that of the next sample."""

    def push(self, inputs, kernel_size, dilation_rate):
        history = (kernel_size - 1) * dilation_rate
        return [inputs] * (kernel_size - 1), filled_with(inputs, history)


STEADY = _Steady()


class Tail(typing.NamedTuple):
    """The memory after a sequence, made when it is asked for."""

    inputs: typing.Any
    history: int

    def ring(self):
        """The memory, a `Ring` or the empty tuple."""
        return tail(self.inputs, self.history)


def run(layer, inputs, memory=None, **options):
    """Call a layer with memory.

    Returns:
        Its outputs, and the next memory; without a memory given, a `Tail`.
    """
    if memory is None:
        return layer(inputs, **options), Tail(inputs, layer.history)
    return layer(inputs, memory=memory, **options)


def push(inputs, memory, kernel_size, dilation_rate):
    """The taps of one sample or a sequence after a memory, and the next memory."""
    if kernel_size == 1:
        return [inputs], ()
    past, memory = memory.push(inputs, kernel_size, dilation_rate)
    return [*past, inputs], memory


def push_window(inputs, memory):
    """The last samples after a memory, `(batch, history + 1, ...)`, and the next one.

    `inputs` are one sample, `(batch, ...)`, which comes last.
    """
    if memory == ():
        return ops.expand_dims(inputs, 1), memory
    return memory.push_window(inputs)


def taps(inputs, kernel_size, dilation_rate):
    """The views of a sequence, oldest first, that the kernel's taps multiply.

    `inputs` has shape `(batch, time, ...)`; each of the `kernel_size` views is
    `(kernel_size - 1) * dilation_rate` shorter.
    """
    last = (kernel_size - 1) * dilation_rate
    starts = range(0, last + 1, dilation_rate)
    if inputs.shape[1] is not None:
        _check_length(inputs.shape[1], last)
    length = ops.shape(inputs)[1] - last
    return [span(inputs, start, length) for start in starts]


def filled_with(inputs, history):
    """The memory after `inputs`, shape `(batch, ...)`, at all past samples."""
    if not history:
        return ()
    rows = ops.repeat(ops.expand_dims(inputs, 1), history + 1, axis=1)
    return Ring(rows, ops.zeros((), dtype="int32"))


def tail(inputs, history):
    """The memory after `inputs`, `(batch, time, ...)`, at least `history` samples."""
    if not history:
        return ()
    length = inputs.shape[1]
    _check_length(length, history)
    inputs = inputs[:, length - history :]
    rows = ops.concatenate([inputs[:, :1], inputs], axis=1)
    return Ring(rows, ops.zeros((), dtype="int32"))


def output_length(length, history, padding):
    """Samples that come out of a causal layer for `length` that go in."""
    if length is None or padding == "causal":
        return length
    _check_length(length, history)
    return length - history


def _check_length(length, history):
    if length < history:
        raise ValueError(
            f"The layer remembers {history} samples: the sequence must be at least as "
            f"long. Received: {length} samples"
        )
