"""The state of running generations: the tensors that a graph takes and returns.

Axes: B streams, R residual channels, K order of the linear prediction.
"""

import typing

from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph
from keras_wavenet.export.onnx.network import Network


class Tensor(typing.NamedTuple):
    """One tensor of the state."""

    dtype: str
    shape: list[int | str]
    doc: str


def tensors(net: Network) -> dict[str, Tensor]:
    """The tensors of the state by name, in order."""
    found = {
        "sample": Tensor(FLOAT, ["streams"], "The newest sample, in [-1, 1]."),
        "position": Tensor(INT64, [], "Number of samples before the newest one."),
    }
    past = net.signals * (net.taps - 1)
    if past:
        dtype = INT64 if net.is_embedded else FLOAT
        text = "Earlier inputs of the first layer."
        found["inputs"] = Tensor(dtype, ["streams", past], text)
    shape = [int(net.blocks.starts[-1]), "streams", net.blocks.channels]
    text = "The queues of the past inputs of all blocks, one after the other."
    found["queues"] = Tensor(FLOAT, shape, text)
    if net.order:
        text = "The samples before the newest one, newest first."
        found["window"] = Tensor(FLOAT, ["streams", net.order], text)
        text = "The linear prediction of the newest sample, made before it."
        found["prediction"] = Tensor(FLOAT, ["streams", 1], text)
        text = "The scale of the residual of the newest sample."
        found["scale"] = Tensor(FLOAT, ["streams", 1], text)
    return found


def add_inputs(graph: Graph, net: Network) -> dict[str, str]:
    """Make the state inputs of a graph; returns the values by name."""
    return {
        name: graph.input(name, one.dtype, one.shape, one.doc)
        for name, one in tensors(net).items()
    }


def add_outputs(graph: Graph, net: Network, without: str | None = None) -> None:
    """Make the next state outputs of a graph, whose values are named `next_...`."""
    for name, one in tensors(net).items():
        if name != without:
            graph.output(f"next_{name}", one.dtype, one.shape, one.doc)
