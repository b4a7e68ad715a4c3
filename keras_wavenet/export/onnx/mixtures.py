"""The choice of a sample of a mixture.

Axes: B streams, C components.
"""

import numpy as np

from keras_wavenet.distributions import mixture
from keras_wavenet.export.onnx.categories import draw
from keras_wavenet.export.onnx.graph import FLOAT, Graph
from keras_wavenet.export.onnx.mode import mode
from keras_wavenet.export.onnx.network import Network


def choose(
    graph: Graph,
    net: Network,
    parameters: tuple[str | None, str, str],
    noise: str,
    is_greedy: str,
    divisor: str,
) -> str:
    """As `Mixture.sample`, or where that is wanted `Mixture.mode`: `(B, 1)`.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        parameters: Logits, or `None` for one component, means and log scales, `(B, C)`.
        noise: From `noise.prepared`, of one sample.
        is_greedy: Whether the most probable sample is wanted, a bool scalar.
        divisor: What logits are divided by, a scalar.
    """
    if net.components == 1:
        sample = _of_component(graph, net, *parameters[1:], noise)
    else:
        drawn, best = Graph(f"{graph.name}_drawn"), Graph(f"{graph.name}_mode")
        _draw(drawn, net, parameters, noise, divisor, "drawn_sample")
        mode(best, net, parameters, "most_probable")
        drawn.output("drawn_sample", FLOAT, ["streams", 1])
        best.output("most_probable", FLOAT, ["streams", 1])
        sample = graph.add("If", is_greedy, then_branch=best, else_branch=drawn)
    return _expanded(graph, sample, net.mu) if net.mu else sample


def _draw(graph, net, parameters, noise, divisor, name):
    """Draw a component and a sample of it, `(B, 1)`."""
    logits, means, log_scales = parameters
    weights = graph.add("Softmax", graph.add("Div", logits, divisor), axis=1)
    uniforms, noise = graph.add("Split", noise, np.array([1, 1]), axis=1, outputs=2)
    chosen = draw(graph, weights, uniforms, net.components)
    means = graph.add("GatherElements", means, chosen, axis=1)
    log_scales = graph.add("GatherElements", log_scales, chosen, axis=1)
    _of_component(graph, net, means, log_scales, noise, name)


def _of_component(graph, net, means, log_scales, noise, name=None):
    """A sample of one component, clipped to [-1, 1]."""
    most = np.float32(mixture.MOST_MEAN)
    means = graph.add("Clip", means, -most, most)
    least, most = np.float32(net.min_log_scale), np.float32(mixture.MOST_LOG_SCALE)
    scales = graph.add("Exp", graph.add("Clip", log_scales, least, most))
    sample = graph.add("Add", means, graph.add("Mul", scales, noise))
    return graph.add("Clip", sample, np.float32(-1), np.float32(1), name=name)


def _expanded(graph, companded, mu):
    """As `mu_law_expand`."""
    one = np.float32(1)
    power = graph.add("Mul", graph.add("Abs", companded), np.float32(np.log1p(mu)))
    magnitude = graph.add("Sub", graph.add("Exp", power), one)
    magnitude = graph.add("Div", magnitude, np.float32(mu))
    magnitude = graph.add("Min", magnitude, one)
    return graph.add("Mul", graph.add("Sign", companded), magnitude)
