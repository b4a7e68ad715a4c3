"""Linear prediction of the next sample, and its residual as an input.

Axes: B streams, K order, N samples.
"""

import numpy as np

from keras_wavenet.export.onnx.graph import Graph
from keras_wavenet.export.onnx.network import Network


def with_log_scale(graph: Graph, predictors: str) -> str:
    """Predictors, `(..., K + 1)`, and the logarithm of their scale, the last."""
    scale = graph.slice(predictors, -1, np.iinfo("int64").max, axis=-1)
    return graph.add("Concat", predictors, graph.add("Log", scale), axis=-1)


def predict(
    graph: Graph, net: Network, sample: str, state: dict[str, str], predictor: str
) -> tuple[str, tuple[str, str, str], dict[str, str]]:
    """Predict the next sample.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        sample: The newest sample, `(B, 1)`.
        state: With `"window"`, `"prediction"` and `"scale"`.
        predictor: Of the next sample, from `with_log_scale`, `(B, K + 2)`.

    Returns:
        The residual of the newest sample, divided by `max_residual` scales and clipped
        to [-1, 1]; the prediction of the next sample, its scale and the logarithm of
        that; and the next state.
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
    return residual, (prediction, scale, log_scale), following


def relocate(
    graph: Graph,
    net: Network,
    parameters: str,
    relocation: tuple[str, str, str],
    name: str,
) -> str:
    """The parameters of a sample from those of its residual, as `Mixture.relocated`."""
    prediction, scale, log_scale = relocation
    count = net.components
    widths = [count] * (len(net.output[1]) // count)
    *logits, means, log_scales = graph.add(
        "Split", parameters, np.array(widths), axis=1, outputs=len(widths)
    )
    means = graph.add("Add", graph.add("Mul", means, scale), prediction)
    log_scales = graph.add("Add", log_scales, log_scale)
    return graph.add("Concat", *logits, means, log_scales, axis=1, name=name)
