"""Uniform noise as the loops take it: that of all samples at once, before the loop.

Axes: N samples, B streams.
"""

import math

import numpy as np

from keras_wavenet.export.onnx.graph import DOUBLE, FLOAT, Graph
from keras_wavenet.export.onnx.network import Network

_LAST = np.iinfo("int64").max
_BEYOND = 1 - 2.0**-23  # the last uniform whose quantile is finite, as in `normal`


def prepared(
    graph: Graph, net: Network, uniforms: str, temperature: str, is_greedy: str
) -> str:
    """Noise for the choice of samples.

    Where the most probable sample is wanted, it is the noise that leads to it.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        uniforms: `(N, B, uniforms per sample)`, in [0, 1).
        temperature: A scalar, at least 0.
        is_greedy: Whether the most probable sample is wanted, a bool scalar.

    Returns:
        `(N, B, 1 or 2)`: for several categories or components, a uniform; for a
        mixture, the last is a quantile of the component times the temperature.
    """
    zero = np.float32(0)
    if net.is_categorical:
        return graph.add("Where", is_greedy, zero, uniforms)
    quantile = {"logistic_mixture": _logistic_quantile, "gaussian": _normal_quantile}
    last = graph.slice(uniforms, -1, _LAST, axis=2)
    factor = graph.add("Where", is_greedy, zero, temperature)
    noise = graph.add("Mul", quantile[net.distribution](graph, last), factor)
    if net.components == 1:
        return noise
    first = graph.slice(uniforms, 0, 1, axis=2)
    return graph.add("Concat", first, noise, axis=2)


def _logistic_quantile(graph, uniforms):
    """As `LogisticMixture.quantile` of arrays: in float64, rounded once."""
    uniforms = graph.add("Max", uniforms, np.float32(2.0**-25))
    uniforms = graph.cast(uniforms, DOUBLE)
    rest = graph.add("Sub", np.float64(1), uniforms)
    quantile = graph.add("Sub", graph.add("Log", uniforms), graph.add("Log", rest))
    return graph.cast(quantile, FLOAT)


# Polynomials of the inverse error function in float32, the constant last: M. Giles,
# Approximating the erfinv function (GPU Computing Gems, 2011), table 5.
_CENTRAL = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def _normal_quantile(graph, uniforms):
    """As `normal.quantile`: `sqrt(2) erfinv(2 u - 1)`."""
    one = np.float32(1)
    x = graph.add("Sub", graph.add("Mul", uniforms, np.float32(2)), one)
    x = graph.add("Clip", x, np.float32(-_BEYOND), np.float32(_BEYOND))
    below, above = graph.add("Sub", one, x), graph.add("Add", one, x)
    w = graph.add("Neg", graph.add("Log", graph.add("Mul", below, above)))
    central = _polynomial(graph, graph.add("Sub", w, np.float32(2.5)), _CENTRAL)
    root = graph.add("Sqrt", w)
    tail = _polynomial(graph, graph.add("Sub", root, np.float32(3)), _TAIL)
    is_central = graph.add("Less", w, np.float32(5))
    factor = graph.add("Where", is_central, central, tail)
    return graph.add("Mul", graph.add("Mul", factor, x), np.float32(math.sqrt(2)))


def _polynomial(graph, x, coefficients):
    value = graph.constant(np.float32(coefficients[0]))
    for coefficient in coefficients[1:]:
        value = graph.add("Add", graph.add("Mul", value, x), np.float32(coefficient))
    return value
