"""The graphs of generation: one step, the loop over samples, and its prefill.

Axes: B streams, N samples of a chunk, L blocks, K taps, W channels of a condition.
"""

import typing
from collections.abc import Callable

import numpy as np

from keras_wavenet.export.onnx import prediction, sampling, state, step
from keras_wavenet.export.onnx.categories import Truncation
from keras_wavenet.export.onnx.graph import BOOL, FLOAT, INT64, Graph
from keras_wavenet.export.onnx.network import Network


class Parts(typing.NamedTuple):
    """What the graphs of a model depend on.

    Attributes:
        net: A `Network`.
        width: Channels of a condition, W; 0 without conditions.
        by_sample: Whether each sample has a condition of its own.
        weights: How kernels are stored, see `Graph`.
    """

    net: Network
    width: int
    by_sample: bool
    weights: str


class _Sequences(typing.NamedTuple):
    """What a chunk has for each sample, on the first axis; `None` without it."""

    rows: str
    condition: str | None
    predictors: str | None


def step_graph(parts: Parts) -> Graph:
    """The graph from the newest sample to the distribution of the next one."""
    net = parts.net
    graph = Graph("step", parts.weights)
    values = state.add_inputs(graph, net)
    condition = predictor = None
    if parts.width:
        shape = ["streams", parts.width]
        condition = graph.input("condition", FLOAT, shape, _CONDITION)
        condition = step.with_biases(graph, net, condition)
    if net.order:
        shape = ["streams", net.order + 1]
        predictor = graph.input("predictor", FLOAT, shape, _PREDICTOR)
        predictor = prediction.with_log_scale(graph, predictor)
    once = graph.constant(np.array(1))
    rows = step.tap_rows(graph, net.blocks, values["position"], once)
    rows = graph.reshape(rows, *net.blocks.past.shape[:2])
    values["sample"] = graph.reshape(values["sample"], -1, 1)
    ran = _run(graph, net, values, _Sequences(rows, condition, predictor))
    name = "parameters" if ran.relocation is None else "of_residual"
    parameters = step.project(graph, net, ran.xs[0], ran.zs, ran.post, name)
    if ran.relocation is not None:
        prediction.relocate(graph, net, parameters, ran.relocation, "parameters")
    graph.output("parameters", FLOAT, ["streams", len(net.output[1])], _PARAMETERS)
    one = np.array(1)
    following = {**ran.following, "position": graph.add("Add", values["position"], one)}
    for name, value in following.items():
        graph.add("Identity", value, name=f"next_{name}")
    state.add_outputs(graph, net, without="sample")
    return graph


def loop_graph(parts: Parts) -> Graph:
    """The graph that generates a chunk of samples."""
    net = parts.net
    graph = Graph("loop")
    values = state.add_inputs(graph, net)
    shape = ["samples", "streams", net.uniforms]
    uniforms = graph.input("uniforms", FLOAT, shape, _UNIFORMS)
    temperature = graph.input("temperature", FLOAT, [], _TEMPERATURE)
    truncation = _truncation(graph, net) if net.is_categorical else None
    sequences, count = _sequences(graph, parts, values, uniforms)
    choice = sampling.prepare(graph, net, uniforms, temperature, truncation)

    def generate(body, number, values):
        own = _at(body, sequences, number, parts.by_sample)
        ran = _run(body, net, values, own)
        parameters = step.project(body, net, ran.xs[0], ran.zs, ran.post, "parameters")
        sample = sampling.choose(body, net, parameters, number, choice, ran.relocation)
        return {**ran.following, "sample": sample}

    _repeat(graph, parts, values, count, generate, with_audio=True)
    shape = ["streams", "samples"]
    graph.output("samples", FLOAT, shape, "The new samples, in [-1, 1].")
    state.add_outputs(graph, net)
    return graph


def prefill_graph(parts: Parts) -> Graph:
    """The graph that follows known samples in place of generating them."""
    net = parts.net
    graph = Graph("prefill")
    values = state.add_inputs(graph, net)
    samples = graph.input("samples", FLOAT, ["samples", "streams"], _KNOWN)
    sequences, count = _sequences(graph, parts, values, samples)
    known = graph.add("Unsqueeze", samples, np.array([2]))

    def follow(body, number, values):
        own = _at(body, sequences, number, parts.by_sample)
        ran = _run(body, net, values, own, for_queues_only=True)
        return {**ran.following, "sample": body.add("Gather", known, number)}

    _repeat(graph, parts, values, count, follow, with_audio=False)
    state.add_outputs(graph, net)
    return graph


_CONDITION = "Projections of the conditions of the next samples, from conditions.onnx."
_PREDICTOR = "Linear predictors of the next samples, from conditions.onnx."
_PARAMETERS = "Parameters of the distribution of the next sample."
_UNIFORMS = "Uniform noise above 0 and below 1."
_TEMPERATURE = "0 takes the most probable sample, 1 draws from the distribution."
_KNOWN = "The samples after the newest one, in [-1, 1]."
_TOP_K = "Draw from so many of the most probable codes; 0 draws from all."
_TOP_P = "Draw from the fewest codes that reach this probability; 1 draws from all."


class _Ran(typing.NamedTuple):
    """One sample through the blocks; `following` has the next state but the sample."""

    xs: list[str]
    zs: list[str]
    post: str | None
    relocation: prediction.Relocation | None
    following: dict[str, str]


def _run(graph, net, values, own, for_queues_only=False):
    """Run the newest sample, `(B, 1)`, through the first layer and the blocks."""
    signals, relocation, following = values["sample"], None, {}
    if net.order:
        residual, relocation, following = prediction.predict(
            graph, net, values["sample"], values, own.predictors
        )
        signals = (signals, residual, relocation.prediction)
        signals = graph.add("Concat", *signals, axis=1)
    newest = step.encode(graph, net, signals)
    x, inputs = step.first_layer(graph, net, newest, values)
    following |= inputs
    gate_condition, post = own.condition, None
    if net.post_conditioning:
        widths = np.array([net.blocks.gate_bias.size, len(net.post[1])])
        gate_condition, post = graph.add(
            "Split", own.condition, widths, axis=1, outputs=2
        )
    queues, blocks = values["queues"], net.blocks
    gates = step.gate_inputs(graph, blocks, queues, own.rows, gate_condition)
    count = blocks.count - 1 if for_queues_only else blocks.count
    xs, zs = step.run_blocks(graph, blocks, x, gates, count)
    following["queues"] = step.push(graph, blocks, queues, own.rows, xs)
    return _Ran(xs, zs, post, relocation, following)


def _truncation(graph, net):
    """Inputs `top_k` and `top_p`, as a `Truncation`."""
    top_k = graph.input("top_k", INT64, [], _TOP_K)
    top_p = graph.input("top_p", FLOAT, [], _TOP_P)
    codes, one = np.array(len(net.samples)), np.float32(1)
    all_codes = graph.add("Less", top_k, np.array(1))
    top_k = graph.add("Where", all_codes, codes, top_k)
    is_whole = graph.add("GreaterOrEqual", top_p, one)
    is_cut = graph.add(
        "Or", graph.add("Less", top_k, codes), graph.add("Not", is_whole)
    )
    # No sum of larger weights reaches twice the whole.
    top_p = graph.add("Where", is_whole, np.float32(2), top_p)
    return Truncation(is_cut, graph.reshape(top_k, 1), top_p)


def _sequences(graph, parts, values, like):
    """Inputs and tables of a chunk, and its number of samples: that of `like`."""
    net, condition, predictors = parts.net, None, None
    count = graph.add("Squeeze", graph.size(like, 0), np.array([0]))
    if parts.width:
        length = "samples" if parts.by_sample else 1
        shape = [length, "streams", parts.width]
        condition = graph.input("condition", FLOAT, shape, _CONDITION)
        if not parts.by_sample:
            condition = graph.add("Squeeze", condition, np.array([0]))
        condition = step.with_biases(graph, net, condition)
    if net.order:
        shape = ["samples", "streams", net.order + 1]
        predictors = graph.input("predictors", FLOAT, shape, _PREDICTOR)
        predictors = prediction.with_log_scale(graph, predictors)
    rows = step.tap_rows(graph, net.blocks, values["position"], count)
    return _Sequences(rows, condition, predictors), count


def _at(body, sequences, number, by_sample):
    """What one sample of a chunk has."""
    rows, condition, predictors = sequences
    rows = body.add("Gather", rows, number)
    if condition is not None and by_sample:
        condition = body.add("Gather", condition, number)
    if predictors is not None:
        predictors = body.add("Gather", predictors, number)
    return _Sequences(rows, condition, predictors)


def _repeat(
    graph: Graph,
    parts: Parts,
    values: dict[str, str],
    count: str,
    compute: Callable,
    with_audio: bool,
) -> None:
    """Add a loop over the samples of a chunk, which makes `samples` and `next_...`."""
    net = parts.net
    carried = {n: one for n, one in state.tensors(net).items() if n != "position"}
    body = Graph(f"{graph.name}_body", parts.weights)
    number = body.input("number", INT64, [])
    body.input("goes_on", BOOL, [])
    shapes = {n: one.shape for n, one in carried.items()} | {"sample": ["streams", 1]}
    inside = {n: body.input(f"own_{n}", carried[n].dtype, shapes[n]) for n in carried}
    following = compute(body, number, inside)
    body.output(body.constant(np.array(True)), BOOL, [])
    for name in carried:
        body.output(following[name], carried[name].dtype, shapes[name])
    results = [f"next_{name}" for name in carried]
    results[0] = "newest"
    if with_audio:
        audio = body.add("Identity", following["sample"])
        body.output(audio, FLOAT, shapes["sample"])
        results.append("audio")
    start = {**values, "sample": graph.reshape(values["sample"], -1, 1)}
    inputs = [count, graph.constant(np.array(True)), *(start[n] for n in carried)]
    graph.add_node("Loop", inputs, results, body=body)
    graph.reshape("newest", -1, name="next_sample")
    graph.add("Add", values["position"], count, name="next_position")
    if with_audio:
        # Some runtimes do not stack scalars but join them: the shape is then another.
        shape = graph.add("Concat", np.array([-1]), graph.size("newest", 0), axis=0)
        audio = graph.add("Reshape", "audio", shape)
        graph.add("Transpose", audio, perm=[1, 0], name="samples")
