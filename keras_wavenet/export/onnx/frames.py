"""Conditioning frames: the encoder and the upsampling stages.

Frames are `(B, C, F)` here, as convolutions of ONNX take them.

Axes: B streams, C channels, F frames, J neighboring frames, P samples of a frame in a
stage.
"""

import numpy as np
from keras import ops

from keras_wavenet.export.onnx.graph import DOUBLE, FLOAT, Graph
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_upsampling import FrameUpsampling
from keras_wavenet.layers.upsampling_arguments import FIRST_ROW, ZEROS

_LAST = np.iinfo("int64").max


def array(tensor) -> np.ndarray:
    """A weight as float32."""
    return np.asarray(ops.convert_to_numpy(ops.cast(tensor, "float32")))


def encode(
    graph: Graph, encoder: FrameEncoder, x: str, channels: int, vector: str | None
) -> str:
    """As `FrameEncoder`; the vector, `(B, V)`, adds the same to all frames.

    It is computed in float64 and rounded once, as the CPU engine does: sums in another
    order round alike then.

    Args:
        graph: A `Graph`.
        encoder: The layer.
        x: Frames, `(B, channels, F)`.
        channels: Channels of a frame.
        vector: `(B, V)`, or `None`.
    """
    x = graph.cast(graph.add("Transpose", x, perm=[0, 2, 1]), DOUBLE)  # (B, F, C)
    half = encoder.kernel_size // 2
    for number, (kernel, bias) in enumerate(
        zip(encoder.kernels, encoder.biases, strict=True)
    ):
        kernel, bias = array(kernel), array(bias)  # (J, inputs, outputs)
        own = kernel if number else kernel[:, :channels]
        y = graph.add("Add", _convolve(graph, x, own), bias.astype("float64"))
        if number:
            y = graph.add("Add", graph.slice(x, half, -half or _LAST, axis=1), y)
        elif vector is not None:
            row = graph.add("Unsqueeze", graph.cast(vector, DOUBLE), np.array([1]))
            for tap in kernel[:, channels:]:
                product = graph.add("MatMul", row, _doubles(graph, tap))
                y = graph.add("Add", y, product)
        x = graph.add("Relu", y)
    return graph.add("Transpose", graph.cast(x, FLOAT), perm=[0, 2, 1])


def _convolve(graph, x, kernel):
    """The sum of the products of each tap; runtimes may have no `Conv` of float64."""
    y, last = None, len(kernel) - 1
    for number, tap in enumerate(kernel):
        rows = graph.slice(x, number, number - last or _LAST, axis=1)
        product = graph.add("MatMul", rows, _doubles(graph, tap))
        y = product if y is None else graph.add("Add", y, product)
    return y


def _doubles(graph, kernel):
    return graph.cast(graph.weight(kernel), DOUBLE)


def upsample(
    graph: Graph, layer: FrameUpsampling, x: str, channels: int, inside: str | None
) -> str:
    """As `FrameUpsampling`, without the cut at both ends.

    Args:
        graph: A `Graph`.
        layer: The layer, of a kind with stages.
        x: Frames, `(B, channels, F)`.
        channels: Channels of a frame.
        inside: `(1, 1, F)`: 1 for frames of the clip, 0 beyond; or `None`.
    """
    if layer.initial_kernel is not None:
        kernel = array(layer.initial_kernel).transpose(2, 1, 0)
        x = graph.add("Conv", x, graph.weight(kernel))
        if inside is not None:
            inside = _all_inside(graph, inside, layer.initial_kernel_size)
    marks = inside if layer.edges == ZEROS else None
    if marks is not None:
        x = graph.add("Mul", x, marks)
    for stage, *weights in zip(layer.stages, layer.kernels, layer.biases, strict=True):
        x = _apply_stage(graph, layer, stage, weights, x, channels)
        if marks is not None:
            marks = _marks_after(graph, marks, stage)
            x = graph.add("Mul", x, marks)
    if layer.edges == FIRST_ROW and layer.stages:
        x = _hold_first_rows(graph, x, inside, channels, layer.hop)
    return x


def _apply_stage(graph, layer, stage, weights, x, channels):
    """A stage as a convolution over frames, whose outputs are the rows of a frame."""
    kernel, bias = (one if one is None else array(one) for one in weights)
    if kernel.ndim == 3:
        table, added = _probe(stage, kernel, bias, channels)
        weight = table.transpose(3, 2, 1, 0).reshape(-1, *table.shape[1::-1])
        added = added.T.reshape(-1)
        x = graph.add("Conv", x, graph.weight(weight), added)  # (B, C P, F)
        x = graph.reshape(x, 0, channels, stage.scale, -1)
        x = graph.add("Transpose", x, perm=[0, 1, 3, 2])
    else:
        size = len(kernel)
        table, added = _probe(stage, kernel, bias, size)
        # Channel c takes the weight of neighbor h from channel c + h - size // 2.
        weight = table[:, size // 2, :, ::-1].transpose(1, 2, 0)[:, None]
        pads = [size // 2, 0, size // 2, 0]
        x = graph.add("Unsqueeze", x, np.array([1]))
        x = graph.add("Conv", x, graph.weight(weight), added[:, 0], pads=pads)
        x = graph.add("Transpose", x, perm=[0, 2, 3, 1])  # (B, C, F, P)
    x = graph.reshape(x, 0, channels, -1)
    if layer.activation == "relu":
        return graph.add("Relu", x)
    if layer.activation == "leaky_relu":
        return graph.add("LeakyRelu", x, alpha=layer.negative_slope)
    return x


def _probe(stage, kernel, bias, channels):
    """What a stage makes of one frame with a one in one channel, and of zeros.

    Returns:
        float32 `(J, channels of the input, P, channels)`, and `(P, channels)`.
    """
    neighbors = _neighbors(stage)
    frames = np.zeros((channels, 2 * neighbors - 1, channels), "float32")
    kernel = ops.convert_to_tensor(kernel)
    if bias is not None:
        bias = ops.convert_to_tensor(bias)
    shape = (channels, neighbors, stage.scale, channels)

    def rows():
        made = stage.apply(ops.convert_to_tensor(frames), kernel, bias)
        return ops.convert_to_numpy(made).reshape(shape)

    zeros = rows()
    frames[np.arange(channels), neighbors - 1, np.arange(channels)] = 1
    # Output f is made of the inputs f to f + J - 1.
    table = (rows() - zeros)[:, ::-1].transpose(1, 0, 2, 3)
    return np.ascontiguousarray(table), zeros[0, 0]


def _neighbors(stage):
    return stage.frames_left + stage.frames_right + 1


def _all_inside(graph, inside, neighbors):
    """Marks of frames whose whole neighborhood is inside."""
    outside = graph.add("Sub", np.float32(1), inside)
    outside = graph.add("MaxPool", outside, kernel_shape=[neighbors])
    return graph.add("Sub", np.float32(1), outside)


def _marks_after(graph, marks, stage):
    """The marks of the samples that a stage makes of marked frames."""
    own = graph.slice(marks, stage.frames_left, -stage.frames_right or _LAST, axis=2)
    own = graph.reshape(own, 1, 1, -1, 1)
    own = graph.add("Expand", own, np.array([1, 1, 1, stage.scale]))
    return graph.reshape(own, 1, 1, -1)


def _hold_first_rows(graph, x, inside, channels, hop):
    """Of frames beyond the clip, the first row in place of all."""
    rows = graph.reshape(x, 0, channels, -1, hop)
    first = graph.slice(rows, 0, 1, axis=3)
    is_inside = graph.add("Greater", inside, np.float32(0))
    is_inside = graph.add("Unsqueeze", is_inside, np.array([3]))
    return graph.reshape(graph.add("Where", is_inside, rows, first), 0, channels, -1)
