"""The choice of a sample from its distribution.

A temperature of 0 takes the most probable sample: `prepare_noise` then returns noise
that leads to it, so that a loop has no branch for it.

Axes: B streams, N samples, Q codes, C components of a mixture.
"""

import math

import numpy as np

from keras_wavenet.distributions import mixture
from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph
from keras_wavenet.export.onnx.network import Network
from keras_wavenet.generation.sampling import COLDEST

_LAST = np.iinfo("int64").max
# Divides logits where the most probable code is wanted: the others have exp(-inf) = 0.
_ZERO_TEMPERATURE = np.float32(1e-20)
_BEYOND = 1 - 2.0**-23  # the last uniform whose quantile is finite, as in `normal`


def prepare_noise(
    graph: Graph, net: Network, kind: str, uniforms: str, temperature: str
) -> tuple[str, str]:
    """What `choose` takes: noise `(N, B, 1 or 2)` and the temperature of the logits.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        kind: Name of the distribution.
        uniforms: `(N, B, uniforms per sample)`, in [0, 1).
        temperature: A scalar, at least 0.
    """
    is_greedy = graph.add("Less", temperature, np.float32(COLDEST))
    divisor = graph.add("Where", is_greedy, _ZERO_TEMPERATURE, temperature)
    if net.is_categorical:
        return graph.add("Where", is_greedy, np.float32(0), uniforms), divisor
    quantile = {"logistic_mixture": _logistic_quantile, "gaussian": _normal_quantile}
    last = graph.slice(uniforms, -1, _LAST, axis=2)
    factor = graph.add("Where", is_greedy, np.float32(0), temperature)
    noise = graph.add("Mul", quantile[kind](graph, last), factor)
    if net.components == 1:
        return noise, divisor
    first = graph.slice(uniforms, 0, 1, axis=2)
    first = graph.add("Where", is_greedy, np.float32(0), first)
    return graph.add("Concat", first, noise, axis=2), divisor


def _logistic_quantile(graph, uniforms):
    """As `LogisticMixture.quantile`."""
    uniforms = graph.add("Max", uniforms, np.float32(2.0**-25))
    rest = graph.add("Sub", np.float32(1), uniforms)
    return graph.add("Sub", graph.add("Log", uniforms), graph.add("Log", rest))


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


def choose(
    graph: Graph,
    net: Network,
    parameters: str,
    noise: str,
    divisor: str,
    truncation: tuple[str, str, str] | None = None,
    relocation: tuple[str, str, str] | None = None,
) -> str:
    """The next sample of each stream, `(B, 1)`.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        parameters: `(B, channels)`.
        noise: From `prepare_noise`, of one sample: `(B, 1 or 2)`.
        divisor: The temperature of the logits, likewise.
        truncation: For categories: whether to truncate at all, a bool scalar; the
            number of codes to draw from, int64 `(1,)`; and the share of probability to
            draw from, a scalar.
        relocation: With linear prediction, the prediction, its scale and the logarithm
            of the scale, `(B, 1)` each.
    """
    if net.is_categorical:
        logits = graph.add("Div", parameters, divisor)
        weights = graph.add("Softmax", logits, axis=1)
        if truncation is not None:
            weights = _truncated(graph, weights, *truncation)
        number = _draw(graph, weights, noise, len(net.samples))
        return graph.add("Gather", net.samples, number)
    return _draw_from_mixture(graph, net, parameters, noise, divisor, relocation)


def _draw(graph, weights, uniforms, count):
    """Draw outcomes `(B, 1)`: the number of cumulative sums not above the uniform.

    Rounding may leave all of them below it, so that the number is limited.
    """
    cumulative = graph.add("CumSum", weights, np.array(1))
    passed = graph.add("LessOrEqual", cumulative, uniforms)
    number = graph.add("ReduceSum", graph.cast(passed, INT64), np.array([1]))
    return graph.add("Min", number, np.array(count - 1))


def _truncated(graph, weights, is_wanted, top_k, top_p):
    """Weights of which only the largest are kept, if that is wanted."""
    kept, whole = Graph(f"{graph.name}_cut"), Graph(f"{graph.name}_whole")
    whole.add("Identity", weights, name="whole_weights")
    _cut(kept, weights, top_k, top_p, "kept_weights")
    for branch, name in ((kept, "kept_weights"), (whole, "whole_weights")):
        branch.output(name, FLOAT, ["streams", "codes"])
    return graph.add("If", is_wanted, then_branch=kept, else_branch=whole)


def _cut(graph, weights, top_k, top_p, name):
    """As `cpu.choice.cut`; the kept weights sum to one again."""
    zero = np.float32(0)
    count = graph.size(weights, 1)
    falling, _ = graph.add("TopK", weights, count, axis=1, outputs=2)
    last = graph.add("Sub", graph.add("Min", top_k, count), np.array(1))
    least = graph.add("Gather", falling, last, axis=1)  # (B, 1)
    among = graph.add("Where", graph.add("Less", falling, least), zero, falling)
    total = graph.add("ReduceSum", among, np.array([1]))
    wanted = graph.add("Mul", total, top_p)
    larger = graph.add("CumSum", among, np.array(1), exclusive=1)
    is_kept = graph.add(
        "And",
        graph.add("Less", larger, wanted),
        graph.add("GreaterOrEqual", falling, least),
    )
    candidates = graph.add("Where", is_kept, falling, np.float32(2))
    least = graph.add("ReduceMin", candidates, axes=[1])
    weights = graph.add("Where", graph.add("Less", weights, least), zero, weights)
    total = graph.add("ReduceSum", weights, np.array([1]))
    graph.add("Div", weights, total, name=name)


def _draw_from_mixture(graph, net, parameters, noise, divisor, relocation):
    """As `Mixture.sample`."""
    count = net.components
    widths = [count] * (len(net.output[1]) // count)
    *logits, means, log_scales = graph.add(
        "Split", parameters, np.array(widths), axis=1, outputs=len(widths)
    )
    if count > 1:
        weights = graph.add("Softmax", graph.add("Div", logits[0], divisor), axis=1)
        uniforms, noise = graph.add("Split", noise, np.array([1, 1]), axis=1, outputs=2)
        chosen = _draw(graph, weights, uniforms, count)
        means = graph.add("GatherElements", means, chosen, axis=1)
        log_scales = graph.add("GatherElements", log_scales, chosen, axis=1)
    if relocation is not None:
        prediction, scale, log_scale = relocation
        means = graph.add("Add", graph.add("Mul", means, scale), prediction)
        log_scales = graph.add("Add", log_scales, log_scale)
    most = np.float32(mixture.MOST_MEAN)
    means = graph.add("Clip", means, -most, most)
    least, most = np.float32(net.min_log_scale), np.float32(mixture.MOST_LOG_SCALE)
    scales = graph.add("Exp", graph.add("Clip", log_scales, least, most))
    sample = graph.add("Add", means, graph.add("Mul", scales, noise))
    sample = graph.add("Clip", sample, np.float32(-1), np.float32(1))
    return _expanded(graph, sample, net.mu) if net.mu else sample


def _expanded(graph, companded, mu):
    """As `mu_law_expand`."""
    one = np.float32(1)
    power = graph.add("Mul", graph.add("Abs", companded), np.float32(np.log1p(mu)))
    magnitude = graph.add("Sub", graph.add("Exp", power), one)
    magnitude = graph.add("Div", magnitude, np.float32(mu))
    magnitude = graph.add("Min", magnitude, one)
    return graph.add("Mul", graph.add("Sign", companded), magnitude)
