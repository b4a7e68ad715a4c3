"""The graph from conditions to their projections, for any span of samples.

It computes what `Conditioning.get_condition` does, with the frames that the span needs;
those beyond the given ones are the frame at the edge.

Axes: B streams, F frames, C channels of a frame, N samples, W channels of a condition.
"""

import numpy as np

from keras_wavenet.export.onnx import frames, predictors
from keras_wavenet.export.onnx.graph import FLOAT, INT64, Graph
from keras_wavenet.generation.description import describe_conditions
from keras_wavenet.layers.upsampling_arguments import LINEAR, REPEAT

_START = "The first sample; negative for samples before the first frame."
_COUNT = "Number of samples."
_LOCAL = "Frames of the whole audio; the first one begins with sample 0."


def conditions_graph(model, weights: str = "float32") -> Graph:
    """The graph of a conditioned model, a `WaveNet`."""
    conditioning, a = model.network.conditioning, model.architecture
    graph = Graph("conditions", weights)
    kernels = describe_conditions(conditioning)
    vector = _vector(graph, conditioning, a)
    if conditioning.upsampling is None:
        projected = _projected(graph, vector, kernels["global"])
        graph.add("Unsqueeze", projected, np.array([0]), name="condition")
        length = 1
    else:
        _add_local(graph, model, vector, kernels)
        length = "samples"
    width = conditioning.condition_width - a.predictor_channels
    text = "Projections of the conditions of each sample."
    graph.output("condition", FLOAT, [length, "streams", width], text)
    if a.predictor_channels:
        shape = ["samples", "streams", a.predictor_channels]
        text = "Coefficients of the linear prediction of each sample, and its scale."
        graph.output("predictors", FLOAT, shape, text)
    return graph


def _projected(graph, rows, kernel):
    return graph.add("MatMul", rows, graph.weight(kernel))


def _vector(graph, conditioning, a):
    """The conditions that hold for all samples, `(B, V)`, or `None`."""
    layer, parts = conditioning.global_condition, []
    if layer is None:
        return None
    if "speaker" in a.conditions:
        text = f"Number of the speaker, 0 to {a.speaker_count - 1}."
        speaker = graph.input("speaker", INT64, ["streams"], text)
        table = np.eye(a.speaker_count, dtype="float32")
        if layer.embedding is not None:
            table = frames.array(layer.embedding)
        parts.append(graph.add("Gather", graph.constant(table), speaker))
    if "tags" in a.conditions:
        shape = ["streams", a.tag_count]
        parts.append(graph.input("tags", FLOAT, shape, "1 for each tag, else 0."))
    if "global" in a.conditions:
        shape = ["streams", a.global_channels]
        text = "A vector that holds for all samples."
        parts.append(graph.input("global", FLOAT, shape, text))
    return parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)


def _add_local(graph, model, vector, kernels):
    """Add the nodes from frames to `condition` and `predictors`."""
    a, conditioning = model.architecture, model.network.conditioning
    start = graph.input("start", INT64, [], _START)
    count = graph.input("count", INT64, [], _COUNT)
    shape = ["streams", "frames", a.local_channels]
    local = graph.input("local", FLOAT, shape, _LOCAL)
    offset = graph.add("Mod", start, np.array(a.hop))
    first = graph.add("Div", graph.add("Sub", start, offset), np.array(a.hop))
    number = graph.add("Range", np.array(0), count, np.array(1))
    number = graph.add("Add", number, offset)  # of samples, from the first frame on
    needed = graph.add("Add", graph.add("Add", offset, count), np.array(a.hop - 1))
    needed = graph.add("Div", needed, np.array(a.hop))
    own, inside = _frames(graph, local, first, needed, a.frames_margin)
    x = graph.add("Transpose", own, perm=[0, 2, 1])  # (B, C, F)
    channels = a.local_channels
    if conditioning.frame_encoder is not None:
        encoder = conditioning.frame_encoder
        x, vector = frames.encode(graph, encoder, x, channels, vector), None
        channels = encoder.channels
    layer, kernel = conditioning.upsampling, kernels["local"]
    if a.upsampling["kind"] == LINEAR:
        rows = _interpolated(graph, layer, x, number, kernel)
    elif a.upsampling["kind"] == REPEAT:
        x = frames.upsample(graph, layer, x, channels, inside)
        rows = _projected(graph, graph.add("Transpose", x, perm=[2, 0, 1]), kernel)
        rows = graph.add("Gather", rows, graph.add("Div", number, np.array(a.hop)))
    else:
        x = frames.upsample(graph, layer, x, channels, inside)
        index = graph.add("Add", number, np.array(layer.excess[0]))
        x = graph.add("Gather", x, index, axis=2)
        rows = _projected(graph, graph.add("Transpose", x, perm=[2, 0, 1]), kernel)
    if vector is not None:
        rows = graph.add("Add", rows, _projected(graph, vector, kernels["global"]))
    graph.add("Identity", rows, name="condition")
    if a.linear_prediction is not None:
        own, _ = _frames(graph, local, first, needed, 0)
        rows = predictors.predictors(graph, model.network.linear_prediction, own)
        frame = graph.add("Div", number, np.array(a.hop))
        rows = graph.add("Gather", rows, frame, axis=1)
        graph.add("Transpose", rows, perm=[1, 0, 2], name="predictors")


def _frames(graph, local, first, needed, margin):
    """The needed frames with a margin, `(B, F, C)`, and marks, `(1, 1, F)`."""
    begin = graph.add("Sub", first, np.array(margin))
    stop = graph.add("Add", graph.add("Add", first, needed), np.array(margin))
    wanted = graph.add("Range", begin, stop, np.array(1))
    last = graph.add("Sub", graph.size(local, 1), np.array(1))
    known = graph.add("Max", wanted, np.array(0))
    known = graph.add("Min", known, last)
    own = graph.add("Gather", local, known, axis=1)
    inside = graph.cast(graph.add("Equal", wanted, known), FLOAT)
    return own, graph.reshape(inside, 1, 1, -1)


def _interpolated(graph, layer, x, number, kernel):
    """As `FrameInterpolation`: frames are projected, then interpolated: `(N, B, W)`."""
    width = kernel.shape[1]
    rows = _projected(graph, graph.add("Transpose", x, perm=[2, 0, 1]), kernel)
    total = graph.add("Squeeze", graph.size(rows, 0), np.array([0]))
    middles = graph.add("Range", np.array(0), total, np.array(1))
    middles = graph.cast(middles, FLOAT)
    sample = graph.add("Sub", graph.cast(number, FLOAT), np.float32(layer.hop // 2))
    place = graph.add("Div", sample, np.float32(layer.hop))
    place = graph.add("Add", place, np.float32(layer.margin))  # in frames
    away = graph.add("Sub", graph.reshape(place, -1, 1), middles)
    near = graph.add("Sub", np.float32(1), graph.add("Abs", away))
    weights = graph.add("Relu", near)  # (N, F)
    mixed = graph.add("MatMul", weights, graph.add("Flatten", rows, axis=1))
    return graph.reshape(mixed, 0, -1, width)
