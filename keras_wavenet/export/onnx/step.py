"""One sample through the network: the first layer, the blocks, the projections.

Each node of a graph costs as much as some thousand multiplications, and a step runs
once for each sample. Hence all queues are one tensor, which is read and written by
one node; the taps of all blocks but the newest are projected together; filter and
gate are projections apart, since a runtime joins each with its activation.

Axes: B streams, L blocks, K taps, R residual, D dilation channels.
"""

import numpy as np

from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph
from keras_wavenet.export.onnx.network import Blocks, Network


def encode(graph: Graph, net: Network, samples: str) -> str:
    """The inputs of the first layer for samples, `(B, signals)`.

    A code is the number of edges that are not above a sample.

    Returns:
        int64 codes or float inputs, `(B, signals)`.
    """
    if net.input_mu:
        return _companded(graph, samples, net.input_mu)
    if not len(net.edges):
        return samples
    apart = graph.reshape(samples, 0, -1, 1)
    above = graph.add("GreaterOrEqual", apart, net.edges)  # (B, signals, edges)
    # Floats are counted faster than integers, and as exactly.
    count = graph.add("ReduceSum", graph.cast(above, FLOAT), np.array([2]), keepdims=0)
    codes = graph.cast(count, INT64)
    if net.is_embedded:
        return codes
    return graph.add("Gather", net.levels, codes)


def _companded(graph, samples, mu):
    """As `mu_law_compress`."""
    one = np.float32(1)
    magnitude = graph.add("Min", graph.add("Abs", samples), one)
    magnitude = graph.add("Mul", magnitude, np.float32(mu))
    logarithm = graph.add("Log", graph.add("Add", magnitude, one))
    logarithm = graph.add("Div", logarithm, np.float32(np.log1p(mu)))
    return graph.add("Mul", graph.add("Sign", samples), logarithm)


def first_layer(
    graph: Graph, net: Network, newest: str, state: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """The residual stream that enters the blocks, `(B, R)`, and the next inputs.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        newest: From `encode`.
        state: With `"inputs"`, `(B, signals * (K - 1))`, if there are several taps.
    """
    inputs, following = newest, {}
    if net.taps > 1:
        inputs, following = _push(graph, net, newest, state["inputs"])
    if net.is_embedded:
        x = _looked_up(graph, net, inputs)
    else:
        x = graph.add("Gemm", inputs, graph.constant(net.table), net.initial_bias)
    return (graph.add(net.activation, x) if net.activation else x), following


def _push(graph, net, newest, past):
    """All inputs, those of the past first, and the next past inputs."""
    inputs = graph.add("Concat", past, newest, axis=1)
    if net.taps == 2:
        return inputs, {"inputs": newest}
    kept = net.taps - 1  # of each signal, oldest first: in order of taps
    columns = np.arange(net.signals, net.signals * (kept + 1))
    return inputs, {"inputs": graph.add("Gather", inputs, columns, axis=1)}


def _looked_up(graph, net, codes):
    """The sum of the rows of codes, `(B, K * signals)`, tap by tap."""
    rows_of_tap = len(net.edges) + 2  # with that for no sample
    tap, signal = np.divmod(np.arange(net.taps * net.signals), net.signals)
    first = (signal * net.taps + tap) * rows_of_tap + 1
    table = net.table
    if net.taps * net.signals == 1:  # one row, which holds the bias
        table = table + net.initial_bias
        rows = graph.reshape(graph.add("Add", codes, first), -1)
        return graph.add("Gather", graph.constant(table), rows)
    table = np.array(table)
    table[first[-1] - 1 : first[-1] - 1 + rows_of_tap] += net.initial_bias
    rows = graph.add("Gather", graph.constant(table), graph.add("Add", codes, first))
    return graph.add("ReduceSum", rows, np.array([1]), keepdims=0)


def with_biases(graph: Graph, net: Network, condition: str | None) -> str | None:
    """The projections of conditions, `(..., W)`, and the biases at their places."""
    if condition is None:
        return None
    biases = net.blocks.gate_bias
    if net.post_conditioning:
        biases = np.concatenate([biases, net.post[1]])
    return graph.add("Add", condition, biases)


def gate_inputs(
    graph: Graph, blocks: Blocks, queues: str, rows: str, added: str | None
) -> list[str]:
    """What the gates add to their projections of the newest inputs.

    Args:
        graph: A `Graph`.
        blocks: A `Blocks`.
        queues: The queues of all blocks, `(rows, B, R)`.
        rows: Row of each past tap, int64 `(L, K - 1)`, from `tap_rows`.
        added: Conditions with the biases, `(B, L * 2 D)`; `None` without conditions.

    Returns:
        Filter and gate of each block in turn, `(B, D)` each.
    """
    past = graph.add("Gather", queues, rows)  # (L, K - 1, B, R)
    past = graph.add("MatMul", past, graph.weight(blocks.past))
    if blocks.past.shape[1] > 1:
        past = graph.add("ReduceSum", past, np.array([1]), keepdims=1)
    past = graph.add("Transpose", past, perm=[2, 0, 1, 3])  # (B, L, 1, 2 D)
    past = graph.reshape(past, 0, blocks.gate_bias.size)
    added = graph.add("Add", past, blocks.gate_bias if added is None else added)
    widths = np.full(2 * blocks.count, blocks.gate_channels // 2)
    return graph.add("Split", added, widths, axis=1, outputs=2 * blocks.count)


def tap_rows(graph: Graph, blocks: Blocks, position: str, count: str) -> str:
    """The row of each past tap, oldest first, in `count` steps: `(N, L, K - 1)`.

    The row of the oldest tap is where the newest input is written.

    Args:
        graph: A `Graph`.
        blocks: A `Blocks`.
        position: Number of earlier steps, an int64 scalar.
        count: Number of steps, likewise.
    """
    stop = graph.add("Add", position, count)
    numbers = graph.add("Range", position, stop, np.array(1))
    numbers = graph.reshape(numbers, -1, 1, 1)
    taps = np.arange(blocks.past.shape[1])
    numbers = graph.add("Add", numbers, blocks.dilations[:, None] * taps)
    numbers = graph.add("Mod", numbers, blocks.histories[:, None])
    return graph.add("Add", numbers, blocks.starts[:-1, None])


def run_blocks(
    graph: Graph, blocks: Blocks, x: str, gates: list[str], count: int
) -> tuple[list[str], list[str]]:
    """Run the first `count` blocks.

    Args:
        graph: A `Graph`.
        blocks: A `Blocks`.
        x: The residual stream, `(B, R)`.
        gates: From `gate_inputs`.
        count: Number of blocks.

    Returns:
        The input of each block and of the next one, if any; the z of each block.
    """
    xs, zs = [x], []
    depth = blocks.gate_channels // 2
    for block in range(count):
        halves = []
        for half, activation in enumerate(("Tanh", "Sigmoid")):
            kernel = blocks.newest[block][:, half * depth : (half + 1) * depth]
            added = gates[2 * block + half]
            projected = graph.add("Gemm", xs[-1], graph.weight(kernel), added)
            halves.append(graph.add(activation, projected))
        zs.append(graph.add("Mul", *halves))
        if block < len(blocks.residual):
            kernel = graph.weight(blocks.residual[block])
            scale = blocks.residual_scale
            xs.append(graph.add("Gemm", zs[-1], kernel, xs[-1], beta=scale))
    return xs, zs


def push(graph: Graph, blocks: Blocks, queues: str, rows: str, xs: list[str]) -> str:
    """Write the inputs of all blocks in the places of the oldest ones."""
    joined = graph.add("Concat", *xs[: blocks.count], axis=0)
    joined = graph.reshape(joined, blocks.count, -1, blocks.channels)
    if blocks.past.shape[1] > 1:
        rows = graph.slice(rows, 0, 1, axis=1)  # of the oldest tap
    return graph.add("ScatterND", queues, rows, joined)


def project(
    graph: Graph, net: Network, x: str, zs: list[str], post: str | None, name: str
) -> str:
    """The parameters of the distribution of the next sample, `(B, channels)`.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        x: The residual stream that entered the blocks.
        zs: The z of all blocks.
        post: What is added before the last ReLU, with its bias, or `None`.
        name: Name of the result.
    """
    parts = [x, *zs] if net.initial_skip else zs
    joined = parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)
    for kernel, bias in (net.skip, net.post):
        is_post = kernel is net.post[0]
        added = post if is_post and post is not None else graph.constant(bias)
        joined = graph.add("Gemm", joined, graph.weight(kernel), added)
        joined = graph.add("Relu", joined)
    kernel, bias = net.output
    return graph.add("Gemm", joined, graph.weight(kernel), bias, name=name)
