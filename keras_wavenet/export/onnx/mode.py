"""The most probable sample of a mixture of several components, in float64.

Axes: B streams, C components.
"""

import math

import numpy as np

from keras_wavenet.distributions import mixture, normal
from keras_wavenet.export.onnx.graph import FLOAT, Graph
from keras_wavenet.export.onnx.network import Network
from keras_wavenet.export.onnx.values import Value

_EXACT = "float64"


def mode(
    graph: Graph, net: Network, parameters: tuple[str, str, str], name: str
) -> None:
    """As `Mixture.mode`, where the densities have their line: `(B, 1)`.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        parameters: Logits, means and log scales, `(B, C)` each.
        name: Name of the result.
    """
    levels = net.output_levels
    exact = [Value(graph, graph.cast(part, _EXACT), _EXACT) for part in parameters]
    logits, means, log_scales = exact
    means = means.clip(-mixture.MOST_MEAN, mixture.MOST_MEAN)
    log_scales = log_scales.clip(float(net.min_log_scale), mixture.MOST_LOG_SCALE)
    candidates = means.clip(-1, 1)
    codes = (candidates * (levels / 2) + (levels / 2 + 0.5)).apply("Floor")
    codes = _unsqueezed(codes.clip(0, levels - 1), 2)  # (B, candidates, 1)
    logits, means, log_scales = (
        _unsqueezed(part, 1) for part in (logits, means, log_scales)
    )
    log_mass = {"logistic_mixture": _logistic_mass, "gaussian": _normal_mass}
    mass = log_mass[net.distribution](codes, levels, means, log_scales)
    # Weights that are not normalized have the same order.
    total = (logits + mass).apply("ReduceLogSumExp", axes=[2], keepdims=0)
    best = graph.add("ArgMax", total.name, axis=1, keepdims=1)
    sample = graph.add("GatherElements", candidates.name, best, axis=1)
    graph.cast(sample, FLOAT, name=name)


def _unsqueezed(value, axis):
    name = value.graph.add("Unsqueeze", value.name, np.array([axis]))
    return Value(value.graph, name, value.dtype)


def _by_edge(codes, levels, inside, first, last):
    """The mass of a bin: the first has no lower edge, the last no upper one."""
    inside = (codes > levels - 1.5).where(last, inside)
    return (codes < 0.5).where(first, inside)


def _logistic_mass(codes, levels, means, log_scales):
    """As `LogisticMixture._log_mass`."""
    per_scale = (-log_scales).exp()
    center = codes * (2 / levels) - 1
    to_upper = (center + 1 / levels - means) * per_scale
    to_lower = (center - 1 / levels - means) * per_scale
    both = (1 - (per_scale * (-2 / levels)).exp()).log()
    below, above = -_softplus(-to_upper), -_softplus(to_lower)
    return _by_edge(codes, levels, both + below + above, below, above)


def _softplus(x):
    return x.maximum(0) + ((-abs(x)).exp() + 1).log()


def _normal_mass(codes, levels, means, log_scales):
    """As `Gaussian._log_mass`, with `normal.log_interval`.

    A narrow interval has the density at its middle; one in a tail is a difference of
    logarithms; one around the mean is one less both tails.
    """
    per_scale = (-log_scales).exp()
    center = (codes * (2 / levels) - 1 - means) * per_scale
    half = per_scale / levels
    slope, away = abs(center) * half, abs(center)
    narrow = (half < 1).apply("And", slope < 1)
    average = _relative_density(half.minimum(1), slope.minimum(1))
    log_width = math.log(2 / levels) - log_scales
    by_density = log_width - normal.LOG_SQRT_2_PI - away * away / 2 + average.log()
    near, far = abs(away - half), away + half
    log_near, log_far = _log_scaled_tail(near), _log_scaled_tail(far)
    decline = (2 * slope + log_near - log_far).maximum(1)
    in_tail = log_near - near * near / 2 + (1 - (-decline).exp()).log()
    outside = (log_near - near * near / 2).exp() + (log_far - far * far / 2).exp()
    whole = (away < half).where((1 - outside.minimum(0.9)).log(), in_tail)
    inside = narrow.where(by_density, whole)
    first, last = _log_tail(-(center + half)), _log_tail(center - half)
    return _by_edge(codes, levels, inside, first, last)


def _log_tail(distance):
    """As `normal.log_tail`."""
    outer = abs(distance)
    tail = _log_scaled_tail(outer) - outer * outer / 2
    return (distance > 0).where(tail, (1 - tail.exp()).log())


def _log_scaled_tail(distance):
    t = 1 / (distance / math.sqrt(8) + 1)
    polynomial = t * normal.SCALED_TAIL[-1] + normal.SCALED_TAIL[-2]
    for coefficient in normal.SCALED_TAIL[-3::-1]:
        polynomial = polynomial * t + coefficient
    return t.log() + polynomial - math.log(2)


def _relative_density(half_width, slope):
    total = None
    for node, weight in zip(normal.NODES, normal.WEIGHTS, strict=True):
        bent, tilted = half_width * float(node), slope * float(node)
        cosh = (tilted.exp() + (-tilted).exp()) * (float(weight) / 2)
        term = (-(bent * bent) / 2).exp() * cosh
        total = term if total is None else total + term
    return total
