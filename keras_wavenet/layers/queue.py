"""The memory of a causal layer: a ring of its last inputs, and the taps read from it.

A state is a pair `(ring, position)`: the ring, shape `(batch, history + 1, ...)`, holds
the last `history` inputs and, at `position`, a free row for the next one, behind which
stands the oldest. So the ring is written before it is read: compilers that write in
place would copy all of it to keep what is still to be read. Where a layer has no
history (`kernel_size` 1) the state is the empty tuple. An engine may bring states of
its own, which keep their memory elsewhere and have a method `push`.
"""

from keras import ops

from keras_wavenet.layers.span import span


def taps(inputs, kernel_size, dilation_rate):
    """The views of a sequence, oldest first, that the kernel's taps meet.

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
    """The state after `inputs`, shape `(batch, ...)`, was heard for ever."""
    if not history:
        return ()
    ring = ops.repeat(ops.expand_dims(inputs, 1), history + 1, axis=1)
    return ring, ops.zeros((), dtype="int32")


def tail(inputs, history):
    """The state after `inputs`, `(batch, time, ...)`, at least `history` samples."""
    if not history:
        return ()
    length = inputs.shape[1]
    _check_length(length, history)
    inputs = inputs[:, length - history :]
    ring = ops.concatenate([inputs[:, :1], inputs], axis=1)
    return ring, ops.zeros((), dtype="int32")


def push(inputs, state, kernel_size, dilation_rate):
    """Put `inputs`, `(batch, ...)`, into the free row and read what came before.

    Returns the `kernel_size - 1` past inputs, oldest first, and the new state, where
    the oldest input has made room.
    """
    if not state:
        return [], state
    if not isinstance(state, tuple):
        return state.push(inputs, kernel_size, dilation_rate)
    ring, position = state
    rows = ring.shape[1]
    newest = ops.cast(ops.expand_dims(inputs, 1), ring.dtype)
    ring = ops.slice_update(ring, _at(ring, position), newest)
    past = [
        ops.squeeze(ops.slice(ring, start, (ring.shape[0], 1, *ring.shape[2:])), 1)
        for start in (
            _at(ring, (position + 1 + i * dilation_rate) % rows)
            for i in range(kernel_size - 1)
        )
    ]
    return past, (ring, (position + 1) % rows)


def push_window(inputs, state):
    """Put `inputs`, `(batch, ...)`, into the free row and read all rows.

    Returns a tensor, `(batch, history + 1, ...)`, from the oldest input to `inputs`,
    and the new state.
    """
    if not state:
        return ops.expand_dims(inputs, 1), state
    if not isinstance(state, tuple):
        return state.push_window(inputs)
    ring, position = state
    rows = ring.shape[1]
    newest = ops.cast(ops.expand_dims(inputs, 1), ring.dtype)
    ring = ops.slice_update(ring, _at(ring, position), newest)
    order = (position + 1 + ops.arange(rows, dtype="int32")) % rows
    return ops.take(ring, order, axis=1), (ring, (position + 1) % rows)


def _at(ring, position):
    zero = ops.zeros((), dtype="int32")
    return (zero, position) + (zero,) * (len(ring.shape) - 2)


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
