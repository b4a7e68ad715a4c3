"""The context stack: one frame of samples at a time, between two chunks of the loop.

Axes: B streams, C channels of the stack, L blocks, W channels of a condition.
"""

import typing

import numpy as np
from keras import ops

from keras_wavenet.export.arrays import as_array, context_arrays
from keras_wavenet.export.onnx import step
from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph
from keras_wavenet.export.onnx.network import Blocks, make_blocks

_PROJECTIONS = "Projections of the context, which are added to `condition`."
_QUEUES = "The queues of the past inputs of the context stack."
_FRAME = "Number of frames before the next one."


class ContextStack(typing.NamedTuple):
    """The weights of a context stack, and its state after silence.

    Attributes:
        frame: Kernel and bias from the samples of a frame to the stack.
        blocks: A `Blocks`.
        output: Kernel and bias after the blocks.
        projection: Kernel to the gates, `(C, W)`.
        silence: The residual stream of the graph in each block, `(L, C)`.
        silent: The projections after silence, `(W,)`.
    """

    frame: tuple[np.ndarray, np.ndarray]
    blocks: Blocks
    output: tuple[np.ndarray, np.ndarray]
    projection: np.ndarray
    silence: np.ndarray
    silent: np.ndarray


def context_stack(model: typing.Any, kernels: dict) -> ContextStack:
    """The context stack of a `WaveNet`, with the kernels of its conditions."""
    conditioning, a = model.network.conditioning, model.architecture
    arrays = context_arrays(conditioning.context_stack)
    blocks = make_blocks(
        arrays["context_filter_gate"],
        arrays["context_filter_gate_bias"],
        arrays["context_residual"],
        arrays["context_residual_bias"],
        1.0,
        arrays["context_dilations"],
    )
    silence = ops.zeros((1, a.context_length + 1))
    silent, memory = conditioning.get_context(silence)
    rows = [as_array(ring.rows)[0, 0] for ring in memory]
    width = conditioning.condition_width - a.predictor_channels
    return ContextStack(
        frame=(arrays["context_frame"], arrays["context_frame_bias"]),
        blocks=blocks,
        output=(arrays["context_output"], arrays["context_output_bias"]),
        projection=kernels["context"],
        silence=np.array(rows) - blocks.offsets,
        silent=as_array(silent)[0, 0, :width],
    )


def context_graph(stack: ContextStack, weights: str) -> Graph:
    """The graph from one more frame of samples to the conditions of the next ones."""
    graph, blocks = Graph("context", weights), stack.blocks
    hop = len(stack.frame[0])
    text = "The newest samples, the oldest of them first, in [-1, 1]."
    x = graph.input("samples", FLOAT, ["streams", hop], text)
    for name, (dtype, shape, text) in _tensors(stack).items():
        if name != "context":
            graph.input(name, dtype, shape, text)
    x = graph.add("Gemm", x, graph.weight(stack.frame[0]), stack.frame[1])
    once = graph.constant(np.array(1))
    rows = step.tap_rows(graph, blocks, "context_frame", once)
    rows = graph.reshape(rows, *blocks.past.shape[:2])
    gates = step.gate_inputs(graph, blocks, "context_queues", rows, None)
    xs, zs = step.run_blocks(graph, blocks, x, gates, blocks.count)
    queues = step.push(graph, blocks, "context_queues", rows, xs)
    graph.add("Identity", queues, name="next_context_queues")
    graph.add("Add", "context_frame", once, name="next_context_frame")
    joined = zs[0] if len(zs) == 1 else graph.add("Concat", *zs, axis=1)
    hidden = graph.add("Gemm", joined, graph.weight(stack.output[0]), stack.output[1])
    hidden = graph.add("Relu", hidden)
    projected = graph.add("MatMul", hidden, graph.weight(stack.projection))
    graph.add("Unsqueeze", projected, np.array([0]), name="next_context")
    add_outputs(graph, stack)
    return graph


def add_outputs(graph: Graph, stack: ContextStack) -> None:
    """Make the next state of the stack outputs, whose values are named `next_...`."""
    for name, (dtype, shape, text) in _tensors(stack).items():
        graph.output(f"next_{name}", dtype, shape, text)


def add_start(graph: Graph, stack: ContextStack, streams: str) -> None:
    """Add the state after silence to a graph; `streams` has the shape `(1,)`."""
    blocks, one = stack.blocks, np.array([1])
    number = np.repeat(np.arange(blocks.count), blocks.histories)
    rows = graph.add("Gather", stack.silence[:, None], number)
    shape = graph.add("Concat", one, streams, one, axis=0)
    graph.add("Expand", rows, shape, name="next_context_queues")
    graph.add("Expand", stack.silent, shape, name="next_context")
    graph.add("Identity", np.array(0), name="next_context_frame")
    add_outputs(graph, stack)


def _tensors(stack):
    rows, channels = int(stack.blocks.starts[-1]), stack.blocks.channels
    return {
        "context": (FLOAT, [1, "streams", len(stack.silent)], _PROJECTIONS),
        "context_queues": (FLOAT, [rows, "streams", channels], _QUEUES),
        "context_frame": (INT64, [], _FRAME),
    }
