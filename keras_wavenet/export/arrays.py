"""The weights of a model as named arrays with plain layouts.

Axes: L blocks, R residual, D dilation, S skip and P post channels, Q codes, C channels
of a condition, W the projections of all conditions side by side.
"""

from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.generation.description import (
    describe,
    describe_conditions,
    describe_frame_encoder,
    describe_speakers,
)


def network_arrays(model: Any) -> dict[str, np.ndarray]:
    """The arrays of a step: see the table in the README of the format `npz`."""
    network = model.network
    d = describe(network)
    depth, width = d.filter_gate_bias.shape[1], len(d.initial_bias)
    arrays = {
        "initial": d.initial.reshape(d.signals, -1, *d.initial.shape[1:]),
        "initial_bias": d.initial_bias,
        "filter_gate": d.filter_gate.reshape(len(d.dilations), -1, width, depth),
        "filter_gate_bias": d.filter_gate_bias,
        "residual": d.residual,
        "residual_bias": d.residual_bias,
        "skip": d.skip,
        "skip_bias": d.skip_bias,
        "post": d.post,
        "post_bias": d.post_bias,
        "output": d.output,
        "output_bias": d.output_bias,
        "dilations": d.dilations,
    }
    if len(d.edges):
        arrays["edges"] = d.edges
    if model.architecture.input_encoding == "companded":
        arrays["inputs"] = d.input_levels
    if not d.components:
        arrays["samples"] = d.samples
    return arrays


def condition_arrays(model: Any) -> dict[str, np.ndarray]:
    """The arrays that make the conditions of samples; none without conditions."""
    conditioning = model.network.conditioning
    kernels = describe_conditions(conditioning)
    arrays = {f"condition_{name}": kernel for name, kernel in kernels.items()}
    speakers = describe_speakers(conditioning)
    if speakers is not None:
        arrays["speakers"] = speakers
    for number, (kernel, bias) in enumerate(describe_frame_encoder(conditioning)):
        arrays[f"encoder_kernel_{number}"] = kernel
        arrays[f"encoder_bias_{number}"] = bias
    if conditioning.upsampling is not None:
        arrays |= _upsampling_arrays(conditioning.upsampling)
    if conditioning.context_stack is not None:
        arrays |= context_arrays(conditioning.context_stack)
    if model.network.linear_prediction is not None:
        tables = model.network.linear_prediction.tables
        arrays |= {f"prediction_{name}": table for name, table in tables.items()}
    return arrays


def as_array(tensor: Any) -> np.ndarray:
    """A float32 copy of a weight."""
    return np.array(ops.convert_to_numpy(ops.cast(tensor, "float32")))


def _upsampling_arrays(upsampling):
    kernels = getattr(upsampling, "kernels", ())  # none of a linear interpolation
    arrays = {f"upsampling_kernel_{i}": as_array(k) for i, k in enumerate(kernels)}
    biases = [bias for bias in getattr(upsampling, "biases", ()) if bias is not None]
    arrays |= {f"upsampling_bias_{i}": as_array(b) for i, b in enumerate(biases)}
    if getattr(upsampling, "initial_kernel", None) is not None:
        arrays["upsampling_initial_kernel"] = as_array(upsampling.initial_kernel)
    return arrays


def context_arrays(stack: Any) -> dict[str, np.ndarray]:
    """The arrays of a `ContextStack`."""
    width = stack.channels
    convolutions = [block.filter_gate for block in stack.blocks]
    residuals = [block.residual_projection for block in stack.blocks[:-1]]
    output = stack.output_projection
    return {
        "context_frame": as_array(stack.frame_projection.kernel),
        "context_frame_bias": _bias(stack.frame_projection, width),
        "context_filter_gate": _stacked(
            convolutions, (stack.kernel_size, width, 2 * width)
        ),
        "context_filter_gate_bias": _biases(convolutions, 2 * width),
        "context_residual": _stacked(residuals, (width, width)),
        "context_residual_bias": _biases(residuals, width),
        "context_output": as_array(output.kernel),
        "context_output_bias": _bias(output, width),
        "context_dilations": np.array(stack.dilations, "int64"),
    }


def _stacked(layers, shape):
    kernels = [as_array(layer.kernel).reshape(shape) for layer in layers]
    return np.array(kernels, "float32").reshape(len(kernels), *shape)


def _bias(layer, channels):
    bias = getattr(layer, "bias", None)
    return np.zeros(channels, "float32") if bias is None else as_array(bias)


def _biases(layers, channels):
    rows = [_bias(layer, channels) for layer in layers]
    return np.array(rows, "float32").reshape(-1, channels)
