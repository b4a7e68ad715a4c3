"""The choice of a sample from its distribution.

Axes: B streams, N samples.
"""

import typing

import numpy as np

from keras_wavenet.export.onnx import categories, mixtures, noise
from keras_wavenet.export.onnx.graph import Graph
from keras_wavenet.export.onnx.network import Network
from keras_wavenet.export.onnx.prediction import Relocation, split
from keras_wavenet.generation.sampling import COLDEST

# Divides logits where the most probable code is wanted: the others have exp(-inf) = 0.
_ZERO_TEMPERATURE = np.float32(1e-20)


class Choice(typing.NamedTuple):
    """How the samples of a chunk are chosen.

    Attributes:
        noise: From `noise.prepared`, `(N, B, 1 or 2)`.
        is_greedy: Whether the most probable sample is wanted, a bool scalar.
        divisor: What logits are divided by, a scalar.
        truncation: For a categorical distribution, a `Truncation`.
    """

    noise: str
    is_greedy: str
    divisor: str
    truncation: categories.Truncation | None


def prepare(
    graph: Graph,
    net: Network,
    uniforms: str,
    temperature: str,
    truncation: categories.Truncation | None = None,
) -> Choice:
    """Compute what is the same for all samples.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        uniforms: `(N, B, uniforms per sample)`, in [0, 1).
        temperature: A scalar, at least 0.
        truncation: For a categorical distribution, a `Truncation`.
    """
    is_greedy = graph.add("Less", temperature, np.float32(COLDEST))
    divisor = graph.add("Where", is_greedy, _ZERO_TEMPERATURE, temperature)
    own = noise.prepared(graph, net, uniforms, temperature, is_greedy)
    return Choice(own, is_greedy, divisor, truncation)


def choose(
    graph: Graph,
    net: Network,
    parameters: str,
    number: str,
    choice: Choice,
    relocation: Relocation | None = None,
) -> str:
    """The next sample of each stream, `(B, 1)`.

    Args:
        graph: A `Graph`.
        net: A `Network`.
        parameters: `(B, channels)`.
        number: Number of the sample in the chunk.
        choice: A `Choice`.
        relocation: With linear prediction, a `Relocation`.
    """
    own = graph.add("Gather", choice.noise, number)
    if not net.is_categorical:
        parts = split(graph, net, parameters, relocation)
        return mixtures.choose(graph, net, parts, own, choice.is_greedy, choice.divisor)
    logits = graph.add("Div", parameters, choice.divisor)
    weights = graph.add("Softmax", logits, axis=1)
    if choice.truncation is not None:
        weights = categories.truncated(graph, weights, choice.truncation)
    code = categories.draw(graph, weights, own, len(net.samples))
    return graph.add("Gather", net.samples, code)
