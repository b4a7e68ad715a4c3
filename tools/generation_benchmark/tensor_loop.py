"""A WaveNet stepped by single tensor operations, as in most public implementations.

Queues are Python deques, every kernel is a matrix product of its own, and the skip sum
is accumulated from block to block. The network is the paper's, without conditions and
scales.
"""

import collections
import typing

import numpy as np
from keras import ops


class Block(typing.NamedTuple):
    """Weights of a block; the last one has no residual projection."""

    taps: list
    bias: typing.Any
    skip: typing.Any
    residual: typing.Any
    residual_bias: typing.Any


class TensorLoop:
    """Steps a copy of a network, starting after silence.

    Args:
        model: A `WaveNet` with biases whose input is codes.
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
        """Fill each queue with the steady state of its block's input in silence."""
        x = self._encode(np.array(self.codes[0]))
        for block, dilation in zip(self.blocks, self.dilations, strict=True):
            self.queues.append(collections.deque([x] * past_taps * dilation))
            x, _ = _run_block(block, [x] * past_taps, x)

    def _encode(self, code):
        self.codes.append(code)
        taps = zip(self.initial, self.codes, strict=True)
        x = sum(ops.take(tap, past_code, 0) for tap, past_code in taps)
        self.codes.popleft()
        return x

    def step(self, code):
        """Step with a code, int `(1,)`; returns the next logits, `(1, levels)`."""
        x = self._encode(code)
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
    for kernel, tap in zip(block.taps, [*past, x], strict=True):
        fused = fused + ops.matmul(tap, kernel)
    filters, gates = ops.split(fused, 2, axis=-1)
    z = ops.tanh(filters) * ops.sigmoid(gates)
    if block.residual is not None:
        x = x + (ops.matmul(z, block.residual) + block.residual_bias)
    return x, ops.matmul(z, block.skip)


def _read(block, skip):
    taps = ops.unstack(_tensor(block.filter_gate.kernel))
    layer = block.residual_projection
    residual = [None, None] if layer is None else map(_tensor, layer.weights)
    return Block(taps, _tensor(block.filter_gate.bias), skip, *residual)


def _tensor(weight):
    return ops.convert_to_tensor(weight)
