"""One sample of some streams through a described network, as `Network.step`."""

import typing

import numpy as np

from keras_wavenet.generation.engines.cpu.arithmetic import compiled, sigmoid, tanh
from keras_wavenet.generation.engines.cpu.conditions import add_condition
from keras_wavenet.generation.engines.cpu.first_layer import as_input, run_first_layer
from keras_wavenet.generation.engines.cpu.gates import gated
from keras_wavenet.generation.engines.cpu.lanes import LANES, load, store
from keras_wavenet.generation.engines.cpu.products import padded_width, product
from keras_wavenet.generation.engines.cpu.rows import (
    add_multiple,
    copy,
    rectify_row,
    scaled_sum,
)

NOTHING, ONE = np.float32(0), np.float32(1)


class Memory(typing.NamedTuple):
    """What streams remember.

    Attributes:
        heard: float32 `(signals * (taps - 1), streams)`, the past inputs of the first
            layer, those of each signal oldest first.
        rings: float32 `(rows, streams, R)`, the rings of past inputs of all blocks.
        positions: int32 `(blocks,)`, the row of the oldest input in each ring.
        window: float32 `(streams, order)`, the last samples, newest first.
        predicted: float32 `(2, streams)`: the prediction of the next sample and the
            scale of its residual.
    """

    heard: np.ndarray
    rings: np.ndarray
    positions: np.ndarray
    window: np.ndarray
    predicted: np.ndarray


class Desk(typing.NamedTuple):
    """Room for what is worked out for one sample: float32 `(streams, channels)` each.

    Outputs of products are as wide as their strips. `first` says which of all streams
    is the first of these.
    """

    first: int
    x: np.ndarray
    taps: np.ndarray
    fused: np.ndarray
    z: np.ndarray
    residual: np.ndarray
    parts: np.ndarray
    hidden: np.ndarray
    post: np.ndarray
    parameters: np.ndarray


def prepare_desk(described, span):
    """A desk for the streams from the first of a pair to before the last."""
    d = described
    widths = {
        "x": len(d.initial_bias),
        "taps": d.filter_gate.shape[2],
        "fused": padded_width(d.filter_gate_bias.shape[1]),
        "z": d.filter_gate_bias.shape[1] // 2,
        "residual": padded_width(len(d.initial_bias)),
        "parts": d.skip.shape[2],
        "hidden": padded_width(len(d.skip_bias)),
        "post": padded_width(len(d.post_bias)),
        "parameters": padded_width(len(d.output_bias)),
    }
    first, last = span
    rooms = {n: np.zeros((last - first, w), "float32") for n, w in widths.items()}
    return Desk(first, **rooms)


@compiled
def step(described, memory, samples, condition, t, desk):
    """Hear one sample of each stream: the distribution of the next is on the desk.

    Args:
        described: A `Description`.
        memory: A `Memory`, written in place; the positions stay.
        samples: float32, `(streams of this desk,)`.
        condition: A `Condition` of all streams.
        t: Which of its samples is the next one.
        desk: A `Desk`.
    """
    run_first_layer(described, memory, samples, condition, t, desk)
    run_blocks(described, memory, condition, t, desk)
    product(desk.parts, described.skip, 0, desk.hidden)
    rectify(desk.hidden, described.skip_bias)
    product(desk.hidden, described.post, 0, desk.post)
    if described.post_conditioning:
        behind = described.filter_gate_bias.size
        for s in range(len(desk.post)):
            width = len(described.post_bias)
            add_condition(condition, t, desk.first + s, behind, desk.post, s, width)
    rectify(desk.post, described.post_bias)
    product(desk.post, described.output, 0, desk.parameters)
    for s in range(len(samples)):
        for i in range(len(described.output_bias)):
            desk.parameters[s, i] += described.output_bias[i]
        if described.order:
            relocate(described, memory, desk, s)


@compiled
def relocate(described, memory, desk, s):
    """Put the curves of a stream around its prediction, in units of the scale."""
    stream, count = desk.first + s, described.components
    prediction, scale = memory.predicted[0, stream], memory.predicted[1, stream]
    last = len(described.output_bias)
    for i in range(last - 2 * count, last - count):
        desk.parameters[s, i] = prediction + scale * desk.parameters[s, i]
    for i in range(last - count, last):
        desk.parameters[s, i] += np.log(scale)


@compiled
def run_blocks(described, memory, condition, t, desk):
    """The residual stream through all blocks, each z to its part of what skip meets."""
    part = 0
    if described.initial_skip:
        part = put(desk.x, desk.parts, part)
    for block in range(len(described.dilations)):
        recall(described, memory, block, desk)
        gate(described, block, condition, t, desk)
        part = put(desk.z, desk.parts, part)
        if block < len(described.residual):
            go_on(described, block, desk)


@compiled
def put(values, parts, part):
    """Copy values to their part; returns where the next part begins."""
    for s in range(len(values)):
        to = s * parts.shape[1] + part
        copy(values, s * values.shape[1], parts, to, values.shape[1])
    return part + values.shape[1]


@compiled
def recall(described, memory, block, desk):
    """Read what the taps of a block meet; the newest takes the place of the oldest."""
    x, taps, rings = desk.x, desk.taps, memory.rings
    width = x.shape[1]
    start, stop = described.starts[block], described.starts[block + 1]
    oldest = start + memory.positions[block]
    row = oldest
    streams = rings.shape[1]
    for past in range(0, taps.shape[1] - width, width):
        for s in range(len(x)):
            at = (row * streams + desk.first + s) * width
            copy(rings, at, taps, s * taps.shape[1] + past, width)
        row += described.dilations[block]
        if row >= stop:
            row -= stop - start
    past = taps.shape[1] - width
    for s in range(len(x)):
        copy(x, s * width, taps, s * taps.shape[1] + past, width)
        copy(x, s * width, rings, (oldest * streams + desk.first + s) * width, width)


@compiled
def gate(described, block, condition, t, desk):
    """`z = tanh(filter) * sigmoid(gate)` (paper, eq. 2 and 3)."""
    product(desk.taps, described.filter_gate, block, desk.fused)
    fused, z, bias = desk.fused, desk.z, described.filter_gate_bias
    depth = z.shape[1]
    at = 2 * depth * block
    whole, is_conditioned = depth - depth % LANES, condition.rows.shape[2] > 0
    for s in range(len(z)):
        to = s * fused.shape[1]
        add_multiple(ONE, bias, block * 2 * depth, fused, to, 2 * depth)
        if is_conditioned:
            add_condition(condition, t, desk.first + s, at, fused, s, 2 * depth)
        for i in range(0, whole, LANES):
            value = gated(load(fused, to + i), load(fused, to + depth + i))
            store(z, s * depth + i, value)
        for i in range(whole, depth):
            z[s, i] = tanh(fused[s, i]) * sigmoid(fused[s, depth + i])


@compiled
def go_on(described, block, desk):
    """What a block adds to the residual stream."""
    product(desk.z, described.residual, block, desk.residual)
    bias, scale = described.residual_bias, described.residual_scale
    for s in range(len(desk.x)):
        width, at = desk.x.shape[1], s * desk.residual.shape[1]
        add_multiple(ONE, bias, block * width, desk.residual, at, width)
        scaled_sum(desk.residual, at, desk.x, s * width, width, scale)


def settle(described, memory, condition, desk):
    """Remember silence for ever: each ring is full of what its block then hears."""
    memory.heard[:] = as_input(described, NOTHING)
    run_first_layer(
        described, memory, np.zeros(len(desk.x), "float32"), condition, 0, desk
    )
    for block in range(len(described.dilations)):
        start, stop = described.starts[block : block + 2]
        memory.rings[start:stop] = desk.x
        recall(described, memory, block, desk)
        gate(described, block, condition, 0, desk)
        if block < len(described.residual):
            go_on(described, block, desk)


@compiled
def advance(described, positions):
    """The oldest input of each ring was overwritten: the next one is the oldest now."""
    for block in range(len(positions)):
        positions[block] += 1
        if positions[block] == described.starts[block + 1] - described.starts[block]:
            positions[block] = 0


@compiled
def rectify(outputs, bias):
    """ReLU of `(streams, channels)` with a bias."""
    for s in range(len(outputs)):
        rectify_row(bias, outputs, s * outputs.shape[1], len(bias))
