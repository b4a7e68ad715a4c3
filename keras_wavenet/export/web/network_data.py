"""The settings and arrays of a network that the loop of the page reads.

Axes as in `generation/description.py`.
"""

from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.distributions import mixture
from keras_wavenet.export.arrays import as_array, condition_arrays
from keras_wavenet.export.web.packing import pack
from keras_wavenet.generation.description import describe
from keras_wavenet.generation.engines import chunk_length
from keras_wavenet.generation.protocols import Model
from keras_wavenet.layers.frame_upsampling import LINEAR

Data = tuple[dict[str, Any], dict[str, np.ndarray]]


def network_data(model: Model) -> Data:
    """Settings as JSON and arrays by name: see `loop/network.h` for most of them."""
    network, d = model.network, describe(model.network)
    a, distribution = network.architecture, model.distribution
    width = network.conditioning.condition_width
    settings = {
        **_sizes(a, d),
        "uniforms": distribution.uniforms_per_sample,
        "condition_width": max(width - a.predictor_channels, 0),
        "is_embedded": bool(d.is_embedded),
        "initial_activation": int(d.initial_activation),
        "initial_skip": bool(d.initial_skip),
        "post_conditioning": bool(d.post_conditioning),
        "max_residual": float(d.max_residual),
        "residual_scale": float(d.residual_scale),
        "min_log_scale": float(d.min_log_scale),
        "input_mu": d.input_mu,
        "mu": d.mu,
        "max_log_scale": mixture.MOST_LOG_SCALE,
        "max_mean": mixture.MOST_MEAN,
        "distribution": distribution.name,
        "history": a.history,
        "early_positions": a.early_positions,
        "start": a.start,
        "hop": a.hop or 0,
        "chunk": chunk_length(width),
        "sample_rate": a.sample_rate,
        "filter": None if a.waveform_filter is None else a.waveform_filter.get_config(),
    }
    return settings, _arrays(d)


def _sizes(a, d):
    return {
        "blocks": len(a.dilations),
        "block_dilations": list(a.dilations),
        "residual_width": a.residual_channels,
        "dilation_width": a.dilation_channels,
        "skip_width": a.skip_channels,
        "post_width": a.post_channels,
        "channels": a.distribution.channels,
        "taps": a.kernel_size,
        "initial_taps": a.initial_kernel_size,
        "signals": d.signals,
        "order": d.order,
        "input_levels": d.initial.shape[1],
        "edge_count": len(d.edges),
        "samples_count": len(d.samples),
        "components": d.components,
        "parts_width": sum(a.skip_parts),
        "ring_rows": int(d.starts[-1]),
    }


def _arrays(d):
    return {
        "edges": d.edges,
        "levels": d.input_levels,
        "initial": d.initial,
        "initial_bias": d.initial_bias,
        "filter_gate": pack(d.filter_gate),
        "filter_gate_bias": d.filter_gate_bias,
        "residual": pack(d.residual),
        "residual_bias": d.residual_bias,
        "skip": pack(d.skip[None]),
        "skip_bias": d.skip_bias,
        "post": pack(d.post[None]),
        "post_bias": d.post_bias,
        "output": pack(d.output[None]),
        "output_bias": d.output_bias,
        "samples": np.asarray(d.samples, "float32"),
        "dilations": d.dilations.astype("int32"),
        "starts": d.starts.astype("int32"),
    }


def condition_data(model: Model) -> Data:
    """Settings and arrays of the conditions: their kernels, and the layers before."""
    conditioning, a = model.network.conditioning, model.network.architecture
    settings = {
        "speakers": a.speakers if isinstance(a.speakers, list) else a.speaker_count,
        "tags": a.tags if isinstance(a.tags, list) else a.tag_count,
        "global_channels": a.global_channels or 0,
        "local_channels": a.local_channels or 0,
        "condition_inputs": a.condition_channels.get("local", 0),
    }
    found = condition_arrays(model)
    arrays = _of_names(found, "speakers", "encoder", "prediction")
    kernels = _of_names(found, "condition")
    if a.speaker_count:
        settings["speaker_width"] = arrays["speakers"].shape[1]
    if a.local_channels:
        settings["upsampling"], stages, biases = _upsampling(a, conditioning.upsampling)
        kernels |= stages
        arrays |= biases
    if conditioning.frame_encoder is not None:
        margin = conditioning.frame_encoder.margin
        settings["encoder"] = {**a.frame_encoder, "margin": margin}
    if a.linear_prediction is not None:
        settings["prediction"] = model.network.linear_prediction.constants
    settings["kernels"] = list(kernels)
    for name, kernel in kernels.items():
        arrays[name] = pack(kernel.reshape(1, -1, kernel.shape[-1]))
    return settings, arrays


def _of_names(arrays, *starts):
    return {name: array for name, array in arrays.items() if name.startswith(starts)}


def _upsampling(a, layer):
    """The stages of an upsampling, each a projection of neighboring frames.

    Returns:
        Their settings, the kernels, and the biases.
    """
    settings = {"kind": a.upsampling["kind"], "margin": layer.margin, "stages": []}
    if settings["kind"] == LINEAR:
        return settings, {}, {}
    channels, kernels, biases = a.condition_channels["local"], {}, {}
    stages = settings["stages"]
    if layer.initial_kernel is not None:
        stages.append({"neighbors": layer.initial_kernel_size, "scale": 1, "slope": 1})
        kernels["upsampling_0"] = as_array(layer.initial_kernel).reshape(-1, channels)
        biases["upsampling_bias_0"] = np.zeros(channels, "float32")
    slope = {None: 1, "relu": 0, "leaky_relu": layer.negative_slope}[layer.activation]
    for stage, *weights in zip(layer.stages, layer.kernels, layer.biases, strict=True):
        number, neighbors = len(stages), stage.frames_left + stage.frames_right + 1
        kernel, bias = _projection(stage, neighbors, channels, *weights)
        kernels[f"upsampling_{number}"] = kernel
        biases[f"upsampling_bias_{number}"] = bias
        stages.append({"neighbors": neighbors, "scale": stage.scale, "slope": slope})
    settings["excess"] = layer.excess
    return settings, kernels, biases


def _projection(stage, neighbors, channels, kernel, bias):
    """A stage as kernel and bias: the projection of unit vectors, and that of zeros."""
    units = np.eye(neighbors * channels, dtype="float32")
    units = ops.convert_to_tensor(units.reshape(-1, neighbors, channels))
    zeros = ops.zeros((1, neighbors, channels), "float32")
    rows = as_array(stage.apply(units, kernel))
    return (
        rows.reshape(neighbors * channels, -1),
        as_array(stage.apply(zeros, kernel, bias)).reshape(-1),
    )
