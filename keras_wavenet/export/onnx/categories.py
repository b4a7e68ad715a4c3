"""The choice of a category, of all or of the most probable ones.

Axes: B streams, Q categories.
"""

import typing

import numpy as np

from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph


class Truncation(typing.NamedTuple):
    """Which categories are drawn from.

    Attributes:
        is_wanted: Whether some are left out, a bool scalar.
        top_k: Number of the most probable ones that are kept, int64 `(1,)`.
        top_p: The share of the probability of these that is kept, a scalar.
    """

    is_wanted: str
    top_k: str
    top_p: str


def draw(graph: Graph, weights: str, uniforms: str, count: int) -> str:
    """Draw an outcome of each stream by the inverse of the cumulative distribution.

    Args:
        graph: A `Graph`.
        weights: `(B, count)`, which sum to one.
        uniforms: `(B, 1)`.
        count: Number of outcomes.

    Returns:
        int64 `(B, 1)`: the number of cumulative sums that are not above the uniform,
        without the last, since rounding may leave all of them below it.
    """
    cumulative = graph.add("CumSum", weights, np.array(1))
    passed = graph.cast(graph.add("LessOrEqual", cumulative, uniforms), FLOAT)
    ones = np.ones((count, 1), "float32")
    ones[-1] = 0
    return graph.cast(graph.add("MatMul", passed, ones), INT64)


def truncated(graph: Graph, weights: str, truncation: Truncation) -> str:
    """Weights, `(B, Q)`, of which only the largest are kept, if that is wanted."""
    kept, whole = Graph(f"{graph.name}_cut"), Graph(f"{graph.name}_whole")
    whole.add("Identity", weights, name="whole_weights")
    _cut(kept, weights, truncation.top_k, truncation.top_p, "kept_weights")
    for branch, name in ((kept, "kept_weights"), (whole, "whole_weights")):
        branch.output(name, FLOAT, ["streams", "codes"])
    return graph.add("If", truncation.is_wanted, then_branch=kept, else_branch=whole)


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
