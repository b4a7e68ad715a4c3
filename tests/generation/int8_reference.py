"""A network with projections of 8 bits in plain NumPy, sample by sample.

It runs networks without conditions whose input is codes.
"""

import ml_dtypes
import numpy as np

from keras_wavenet.generation.description import describe


def int8_product(x, kernel):
    """`x @ kernel` with rows of `x` and columns of the kernel rounded to int8."""
    most = np.float32(127)
    rows = np.abs(x).max(axis=1, keepdims=True)
    columns = np.abs(kernel).max(axis=0)
    left = np.rint(x * (most / np.maximum(rows, np.float32(1e-30))))
    right = np.rint(kernel * (most / np.maximum(columns, np.float32(1e-30))))
    sums = left.astype("int64") @ right.astype("int64")
    return sums.astype("float32") * (columns / most) * (rows / most)


class Int8Reference:
    """The parameters of each next sample, `(T, channels)`, of a stream of codes."""

    def __init__(self, model):
        self.network = describe(model.network)
        self.taps = model.architecture.kernel_size

    def __call__(self, codes):
        d = self.network
        codes = np.concatenate([[len(d.input_levels) // 2], codes])  # a sample of 0
        past = len(d.initial) - 1
        padded = np.pad(codes, (past, 0), mode="edge")
        x = d.initial_bias + sum(
            kernel[padded[tap : tap + len(codes)]]
            for tap, kernel in enumerate(d.initial)
        )
        zs = []
        for block, dilation in enumerate(d.dilations):
            z = self.gate(block, dilation, x)
            zs.append(z)
            if block < len(d.residual):
                x = x + int8_product(z, d.residual[block]) + d.residual_bias[block]
        hidden = int8_product(np.concatenate(zs, axis=1), d.skip) + d.skip_bias
        hidden = np.maximum(hidden, 0)
        hidden = np.maximum(int8_product(hidden, d.post) + d.post_bias, 0)
        return (hidden @ rounded_to_bfloat16(d.output) + d.output_bias)[1:]

    def gate(self, block, dilation, x):
        d, history = self.network, (self.taps - 1) * dilation
        padded = np.pad(x, [(history, 0), (0, 0)], mode="edge")
        taps = [padded[i * dilation :][: len(x)] for i in range(self.taps)]
        fused = int8_product(np.concatenate(taps, axis=1), d.filter_gate[block])
        filters, gates = np.split(fused + d.filter_gate_bias[block], 2, axis=1)
        return (np.tanh(filters) / (1 + np.exp(-gates))).astype("float32")


def rounded_to_bfloat16(kernel):
    return kernel.astype(ml_dtypes.bfloat16).astype("float32")
