"""Linear prediction of the next sample, and its residual as an input.

Axes: B streams, K order, N samples.
"""

import typing

import numpy as np

from keras_wavenet.export.onnx.graph import DOUBLE, FLOAT, Graph
from keras_wavenet.export.onnx.network import Network


class Relocation(typing.NamedTuple):
    """What the parameters of a residual are moved by, `(B, 1)` each."""

    prediction: str
    scale: str
    log_scale: str


def with_log_scale(graph: Graph, predictors: str) -> str:
    """Predictors, `(..., K + 1)`, and the logarithm of their scale, the last."""
    scale = graph.slice(predictors, -1, np.iinfo("int64").max, axis=-1)
    logarithm = graph.add("Log", graph.cast(scale, DOUBLE))  # as the CPU engine
    return graph.add("Concat", predictors, graph.cast(logarithm, FLOAT), axis=-1)


def predict(
    graph: Graph, net: Network, sample: str, state: dict[str, str], predictor: str
) -> tuple[str, Relocation, dict[str, str]]:
    """Predict the next sample.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        sample: The newest sample, `(B, 1)`.
        state: With `"window"`, `"prediction"` and `"scale"`.
        predictor: Of the next sample, from `with_log_scale`, `(B, K + 2)`.

    Returns:
        The residual of the newest sample, divided by `max_residual` scales and clipped
        to [-1, 1]; the `Relocation` of the next sample; and the next state.
    """
    residual = graph.add("Sub", sample, state["prediction"])
    widest = graph.add("Mul", state["scale"], np.float32(net.max_residual))
    residual = graph.add("Div", residual, widest)
    residual = graph.add("Clip", residual, np.float32(-1), np.float32(1))
    widths = np.array([net.order, 1, 1])
    coefficients, scale, log_scale = graph.add(
        "Split", predictor, widths, axis=1, outputs=3
    )
    window = graph.add("Concat", sample, state["window"], axis=1)
    window = graph.slice(window, 0, net.order, axis=1)
    terms = graph.add("Mul", window, coefficients)
    prediction = graph.add("ReduceSum", terms, np.array([1]), keepdims=1)
    following = {"window": window, "prediction": prediction, "scale": scale}
    return residual, Relocation(prediction, scale, log_scale), following


def split(
    graph: Graph, net: Network, parameters: str, relocation: Relocation | None
) -> tuple[str | None, str, str]:
    """Logits, or `None` without any, means and log scales, as `Mixture.relocated`."""
    count = net.components
    widths = [count] * (len(net.output[1]) // count)
    *logits, means, log_scales = graph.add(
        "Split", parameters, np.array(widths), axis=1, outputs=len(widths)
    )
    if relocation is not None:
        means = graph.add("Mul", means, relocation.scale)
        means = graph.add("Add", means, relocation.prediction)
        log_scales = graph.add("Add", log_scales, relocation.log_scale)
    return (logits[0] if logits else None), means, log_scales


def relocate(
    graph: Graph, net: Network, parameters: str, relocation: Relocation, name: str
) -> str:
    """The parameters of a sample from those of its residual."""
    parts = split(graph, net, parameters, relocation)
    return graph.add("Concat", *filter(None, parts), axis=1, name=name)
