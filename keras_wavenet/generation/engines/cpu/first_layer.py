"""The first layer, from samples to the residual stream, and linear prediction."""

import numpy as np

from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.arithmetic import (
    companded,
    tanh,
)
from keras_wavenet.generation.engines.cpu.compilation import inner
from keras_wavenet.generation.engines.cpu.conditions import Condition
from keras_wavenet.generation.engines.cpu.memory import Memory, Workspace
from keras_wavenet.generation.engines.cpu.rows import add_multiple, copy

ZERO, ONE = np.float32(0), np.float32(1)


@inner
def run_first_layer(
    described: Description,
    memory: Memory,
    samples: np.ndarray,
    condition: Condition,
    t: int,
    workspace: Workspace,
) -> None:
    """Write the residual stream of one sample of each stream, and predict the next.

    Arguments as in `step.step`.
    """
    x = workspace.x
    for s in range(len(samples)):
        copy(described.initial_bias, 0, x, s * x.shape[1], x.shape[1])
        add_signal(described, memory, 0, samples[s], x, workspace.first, s)
        if described.order:
            stream = workspace.first + s
            residual = predict(described, memory, samples[s], condition, t, stream)
            add_signal(described, memory, 1, residual, x, workspace.first, s)
            prediction = memory.predicted[0, stream]
            add_signal(described, memory, 2, prediction, x, workspace.first, s)
        if described.initial_activation == 1:
            for i in range(x.shape[1]):
                x[s, i] = tanh(x[s, i])
        elif described.initial_activation == 2:
            for i in range(x.shape[1]):
                x[s, i] = max(x[s, i], ZERO)


@inner
def add_signal(
    described: Description,
    memory: Memory,
    signal: int,
    value: np.float32,
    x: np.ndarray,
    first: int,
    s: int,
) -> None:
    """Add the terms of all taps of one signal, and store its newest value."""
    inputs = memory.inputs
    past = len(inputs) // described.signals
    begin = signal * past
    newest = as_input(described, value)
    for tap in range(past):
        row = signal * (past + 1) + tap
        add_input(described, row, inputs[begin + tap, first + s], x, s)
    add_input(described, signal * (past + 1) + past, newest, x, s)
    for tap in range(past - 1):
        inputs[begin + tap, first + s] = inputs[begin + tap + 1, first + s]
    if past:
        inputs[begin + past - 1, first + s] = newest


@inner
def as_input(described: Description, sample: np.float32) -> np.float32:
    """The input of the first layer for a sample: its code or companded, or itself.

    The code is the number of edges not above the sample. The binary search has no
    branches, which would be mispredicted every second time.
    """
    if described.input_mu > 0:
        return companded(sample, described.input_mu)
    if len(described.input_levels) == 0:
        return sample
    low, left = 0, len(described.edges)
    while left > 0:
        half = (left + 1) // 2
        low += half if described.edges[low + half - 1] <= sample else 0
        left -= half
    return described.input_levels[low]


@inner
def add_input(
    described: Description, tap: int, value: np.float32, x: np.ndarray, s: int
) -> None:
    """Add the row of a tap for a code, or its kernel times a number."""
    code, factor = 0, value
    if described.is_embedded:
        if value < 0:  # no sample
            return
        code, factor = int(value), ONE
    width, to = x.shape[1], s * x.shape[1]
    at = (tap * described.initial.shape[1] + code) * width
    add_multiple(factor, described.initial, at, x, to, width)


@inner
def predict(
    described: Description,
    memory: Memory,
    sample: np.float32,
    condition: Condition,
    t: int,
    stream: int,
) -> np.float32:
    """Predict the next sample; returns the residual of this one.

    The residual is divided by `max_residual` scales and clipped to [-1, 1].
    """
    window, predicted, order = memory.window, memory.predicted, described.order
    residual = sample - predicted[0, stream]
    residual /= described.max_residual * predicted[1, stream]
    for k in range(order - 1, 0, -1):
        window[stream, k] = window[stream, k - 1]
    window[stream, 0] = sample
    rows, row = condition.rows, condition.held[t % len(condition.held)]
    first = rows.shape[2] - order - 1
    total = ZERO
    for k in range(order):
        total += rows[row, stream, first + k] * window[stream, k]
    predicted[0, stream] = total
    predicted[1, stream] = rows[row, stream, first + order]
    return min(max(residual, -ONE), ONE)
