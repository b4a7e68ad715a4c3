"""A WaveNet as most public implementations step it: a tensor operation at a time.

Queues are Python lists, every kernel is a product of its own, and the skip sum grows
from block to block. The network is the paper's: no conditions and no scales.
"""

import collections
import typing

import numpy as np
from keras import ops


class Block(typing.NamedTuple):
    """Weights of a block; the last one has no residual product."""

    taps: list
    bias: typing.Any
    skip: typing.Any
    residual: typing.Any
    residual_bias: typing.Any


class TensorLoop:
    """Steps a copy of a network, which has heard silence.

    Args:
        model: A `WaveNet` with biases that hears codes.
    """

    def __init__(self, model):
        a, p = model.architecture, model.network
        self.initial = ops.unstack(_tensor(p.initial.kernel))
        self.skip_bias = _tensor(p.skip.bias)
        self.post = [_tensor(weight) for weight in p.post.weights]
        self.output = [_tensor(weight) for weight in p.output.weights]
        self.dilations = a.dilations
        skips = ops.split(_tensor(p.skip.kernel), len(p.blocks))
        self.blocks = [_read(*each) for each in zip(p.blocks, skips, strict=True)]
        silence = np.array([a.input_levels // 2])
        self.codes = collections.deque([silence] * (a.initial_kernel_size - 1))
        self.queues = []
        self._fill(a.kernel_size - 1)

    def _fill(self, past_taps):
        """Each queue holds what its block hears in silence for ever."""
        x = self._hear(np.array(self.codes[0]))
        for block, dilation in zip(self.blocks, self.dilations, strict=True):
            self.queues.append(collections.deque([x] * past_taps * dilation))
            x, _ = _run_block(block, [x] * past_taps, x)

    def _hear(self, code):
        self.codes.append(code)
        taps = zip(self.initial, self.codes, strict=True)
        x = sum(ops.take(tap, heard, 0) for tap, heard in taps)
        self.codes.popleft()
        return x

    def step(self, code):
        """Hear a code, int `(1,)`: the logits of the next one, `(1, levels)`."""
        x = self._hear(code)
        total = self.skip_bias
        for block, queue, dilation in zip(
            self.blocks, self.queues, self.dilations, strict=True
        ):
            past = [queue[tap * dilation] for tap in range(len(block.taps) - 1)]
            queue.append(x)
            queue.popleft()
            x, skip = _run_block(block, past, x)
            total = total + skip
        hidden = ops.relu(total)
        for kernel, bias in (self.post, self.output):
            logits = ops.matmul(hidden, kernel) + bias
            hidden = ops.relu(logits)
        return logits


def _run_block(block, past, x):
    """The residual stream and the skip output, `(1, channels)` each."""
    fused = block.bias
    for kernel, heard in zip(block.taps, [*past, x], strict=True):
        fused = fused + ops.matmul(heard, kernel)
    filters, gates = ops.split(fused, 2, axis=-1)
    z = ops.tanh(filters) * ops.sigmoid(gates)
    if block.residual is not None:
        x = x + (ops.matmul(z, block.residual) + block.residual_bias)
    return x, ops.matmul(z, block.skip)


def _read(block, skip):
    taps = ops.unstack(_tensor(block.filter_gate.kernel))
    product = block.residual_product
    residual = [None, None] if product is None else map(_tensor, product.weights)
    return Block(taps, _tensor(block.filter_gate.bias), skip, *residual)


def _tensor(weight):
    return ops.convert_to_tensor(weight)
