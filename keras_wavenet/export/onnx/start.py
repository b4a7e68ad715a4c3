"""The state at the start: before anything, or after silence.

Axes: B streams, L blocks, R residual channels.
"""

import numpy as np

from keras_wavenet.export.onnx import state
from keras_wavenet.export.onnx.graph import INT64, Graph
from keras_wavenet.export.onnx.network import Network


def start_graph(net: Network) -> Graph:
    """The graph from a number of streams to the state without past inputs."""
    graph = Graph("start")
    streams = graph.input("streams", INT64, [], "Number of streams.")
    streams = graph.reshape(streams, 1)
    no_input = np.int64(-1) if net.is_embedded else np.float32(0)
    values = {
        "sample": np.float32(0),
        "inputs": no_input,
        "window": np.float32(0),
        "prediction": np.float32(0),
        "scale": np.float32(1),
    }
    for name, one in state.tensors(net).items():
        if name == "position":
            graph.add("Identity", np.array(0), name="next_position")
        elif name == "queues":
            # The residual stream without inputs is zero: see `Network.offsets`.
            numbers = np.repeat(np.arange(len(net.dilations)), net.histories)
            rows = graph.add("Gather", -net.offsets[:, None], numbers)
            graph.add(
                "Expand", rows, _shape(graph, one.shape, streams), name="next_queues"
            )
        else:
            graph.add(
                "Expand",
                values[name],
                _shape(graph, one.shape, streams),
                name=f"next_{name}",
            )
    state.add_outputs(graph, net)
    return graph


def _shape(graph, shape, streams):
    parts = [streams if one == "streams" else np.array([one]) for one in shape]
    return graph.add("Concat", *parts, axis=0)
