"""The state at the start: before anything, or after silence.

Axes: B streams, L blocks, R residual channels.
"""

import numpy as np

from keras_wavenet.export.onnx import context, state
from keras_wavenet.export.onnx.graph import INT64, Graph
from keras_wavenet.export.onnx.network import Network


def start_graph(net: Network, stack: context.ContextStack | None = None) -> Graph:
    """The graph from a number of streams to the state without past inputs.

    The state of a context stack is that after silence.
    """
    graph = Graph("start")
    streams = graph.input("streams", INT64, [], "Number of streams.")
    streams = graph.reshape(streams, 1)
    for name, one in state.tensors(net).items():
        value = _value(graph, net, name)
        shape = graph.constant(np.zeros(0, "int64"))
        if one.shape:
            sizes = [streams if n == "streams" else np.array([n]) for n in one.shape]
            shape = graph.add("Concat", *sizes, axis=0)
        graph.add("Expand", value, shape, name=f"next_{name}")
    state.add_outputs(graph, net)
    if stack is not None:
        context.add_start(graph, stack, streams)
    return graph


def _value(graph, net, name):
    """What a tensor of the state is filled with."""
    if name == "queues":
        # The residual stream of the network is zero without inputs: see `Blocks`.
        blocks = net.blocks
        numbers = np.repeat(np.arange(blocks.count), blocks.histories)
        return graph.add("Gather", -blocks.offsets[:, None], numbers)
    if name == "position":
        return np.int64(0)
    if name == "inputs" and net.is_embedded:
        return np.int64(-1)  # no code
    return np.float32(1 if name == "scale" else 0)
