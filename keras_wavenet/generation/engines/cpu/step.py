"""One sample of some streams through a described network, as `Network.step`."""

import numpy as np

from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.arithmetic import (
    gated,
    sigmoid,
    tanh,
)
from keras_wavenet.generation.engines.cpu.compilation import inner
from keras_wavenet.generation.engines.cpu.conditions import (
    Condition,
    add_condition,
)
from keras_wavenet.generation.engines.cpu.first_layer import run_first_layer
from keras_wavenet.generation.engines.cpu.lanes import LANES, load, store
from keras_wavenet.generation.engines.cpu.memory import Memory, Workspace
from keras_wavenet.generation.engines.cpu.precision import run_projection
from keras_wavenet.generation.engines.cpu.rows import (
    add_multiple,
    copy,
    rectify_row,
    scaled_sum,
)

ONE = np.float32(1)


@inner
def step(
    described: Description,
    memory: Memory,
    samples: np.ndarray,
    condition: Condition,
    t: int,
    workspace: Workspace,
) -> None:
    """Write the parameters of the next sample of each stream to the workspace.

    Args:
        described: A `Description`.
        memory: A `Memory`, written in place except for the positions, see `advance`.
        samples: float32, `(streams of this workspace,)`, the newest ones.
        condition: A `Condition` of all streams.
        t: Number of the next sample in the condition.
        workspace: A `Workspace`.
    """
    run_first_layer(described, memory, samples, condition, t, workspace)
    run_blocks(described, memory, condition, t, workspace, False)
    run_projection(
        workspace.parts, described.skip, 0, workspace.hidden, workspace.activations
    )
    rectify(workspace.hidden, described.skip_bias)
    run_projection(
        workspace.hidden, described.post, 0, workspace.post, workspace.activations
    )
    if described.post_conditioning:
        first = described.filter_gate_bias.size
        for s in range(len(workspace.post)):
            width = len(described.post_bias)
            add_condition(
                condition, t, workspace.first + s, first, workspace.post, s, width
            )
    rectify(workspace.post, described.post_bias)
    run_projection(
        workspace.post, described.output, 0, workspace.parameters, workspace.activations
    )
    for s in range(len(samples)):
        for i in range(len(described.output_bias)):
            workspace.parameters[s, i] += described.output_bias[i]
        if described.order:
            relocate(described, memory, workspace, s)


@inner
def relocate(
    described: Description, memory: Memory, workspace: Workspace, s: int
) -> None:
    """Convert the parameters of a stream's residual to those of its sample."""
    stream, count = workspace.first + s, described.components
    prediction, scale = memory.predicted[0, stream], memory.predicted[1, stream]
    log_scale = np.float32(np.log(np.float64(scale)))  # the same in each library
    last = len(described.output_bias)
    for i in range(last - 2 * count, last - count):
        workspace.parameters[s, i] = prediction + scale * workspace.parameters[s, i]
    for i in range(last - count, last):
        workspace.parameters[s, i] += log_scale


@inner
def run_blocks(
    described: Description,
    memory: Memory,
    condition: Condition,
    t: int,
    workspace: Workspace,
    fills: bool,
) -> None:
    """Run all blocks, and store the z of each for the skip projection.

    If it `fills` the memory, all past inputs of a block are made equal to the present.
    """
    part = 0
    if described.initial_skip:
        part = store_part(workspace.x, workspace.parts, part)
    for block in range(len(described.dilations)):
        if fills:
            fill_ring(described, memory, block, workspace)
        read_taps(described, memory, block, workspace)
        gate(described, block, condition, t, workspace)
        part = store_part(workspace.z, workspace.parts, part)
        if block < len(described.residual_bias):
            add_residual(described, block, workspace)


@inner
def store_part(values: np.ndarray, parts: np.ndarray, part: int) -> int:
    """Copy values to `parts` from column `part` on; returns the next free column."""
    for s in range(len(values)):
        to = s * parts.shape[1] + part
        copy(values, s * values.shape[1], parts, to, values.shape[1])
    return part + values.shape[1]


@inner
def read_taps(
    described: Description, memory: Memory, block: int, workspace: Workspace
) -> None:
    """Read the inputs of the taps of a block; the newest replaces the oldest."""
    x, taps, rings = workspace.x, workspace.taps, memory.rings
    width = x.shape[1]
    start, stop = described.starts[block], described.starts[block + 1]
    oldest = start + memory.positions[block]
    row = oldest
    streams = rings.shape[1]
    for past in range(0, taps.shape[1] - width, width):
        for s in range(len(x)):
            at = (row * streams + workspace.first + s) * width
            copy(rings, at, taps, s * taps.shape[1] + past, width)
        row += described.dilations[block]
        if row >= stop:
            row -= stop - start
    past = taps.shape[1] - width
    for s in range(len(x)):
        copy(x, s * width, taps, s * taps.shape[1] + past, width)
        copy(
            x, s * width, rings, (oldest * streams + workspace.first + s) * width, width
        )


@inner
def gate(
    described: Description,
    block: int,
    condition: Condition,
    t: int,
    workspace: Workspace,
) -> None:
    """`z = tanh(filter) * sigmoid(gate)` (paper, eq. 2 and 3)."""
    run_projection(
        workspace.taps,
        described.filter_gate,
        block,
        workspace.fused,
        workspace.activations,
    )
    fused, z, bias = workspace.fused, workspace.z, described.filter_gate_bias
    depth = z.shape[1]
    at = 2 * depth * block
    whole, is_conditioned = depth - depth % LANES, condition.rows.shape[2] > 0
    for s in range(len(z)):
        to = s * fused.shape[1]
        add_multiple(ONE, bias, block * 2 * depth, fused, to, 2 * depth)
        if is_conditioned:
            add_condition(condition, t, workspace.first + s, at, fused, s, 2 * depth)
        for i in range(0, whole, LANES):
            value = gated(load(fused, to + i), load(fused, to + depth + i))
            store(z, s * depth + i, value)
        for i in range(whole, depth):
            z[s, i] = tanh(fused[s, i]) * sigmoid(fused[s, depth + i])


@inner
def add_residual(described: Description, block: int, workspace: Workspace) -> None:
    """Add the residual projection of a block to the residual stream."""
    run_projection(
        workspace.z,
        described.residual,
        block,
        workspace.residual,
        workspace.activations,
    )
    bias, scale = described.residual_bias, described.residual_scale
    for s in range(len(workspace.x)):
        width, at = workspace.x.shape[1], s * workspace.residual.shape[1]
        add_multiple(ONE, bias, block * width, workspace.residual, at, width)
        scaled_sum(workspace.residual, at, workspace.x, s * width, width, scale)


@inner
def fill_ring(
    described: Description, memory: Memory, block: int, workspace: Workspace
) -> None:
    """Write the residual stream to all rows of the ring of a block."""
    x, rings = workspace.x, memory.rings
    width = x.shape[1]
    for row in range(described.starts[block], described.starts[block + 1]):
        for s in range(len(x)):
            to = (row * rings.shape[1] + workspace.first + s) * width
            copy(x, s * width, rings, to, width)


@inner
def advance(described: Description, positions: np.ndarray) -> None:
    """Move each position to the next row, the oldest after one sample was written."""
    for block in range(len(positions)):
        positions[block] += 1
        if positions[block] == described.starts[block + 1] - described.starts[block]:
            positions[block] = 0


@inner
def rectify(outputs: np.ndarray, bias: np.ndarray) -> None:
    """Replace `(streams, channels)` by `relu(outputs + bias)`."""
    for s in range(len(outputs)):
        rectify_row(bias, outputs, s * outputs.shape[1], len(bias))
