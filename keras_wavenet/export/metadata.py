"""What a program must know of a model besides its weights, as JSON."""

from typing import Any

import numpy as np

import keras_wavenet
from keras_wavenet.layers import companding

FORMAT_VERSION = 1
_UPSAMPLING = (
    *("kind", "scales", "kernel_sizes", "initial_kernel_size"),
    *("frequency_kernel_size", "edges"),
    *("shared_kernel", "use_bias", "activation", "negative_slope"),
)


def describe_model(model: Any) -> dict[str, Any]:
    """The numbers of `metadata.json`, the same for all formats.

    Args:
        model: A `keras_wavenet.WaveNet`.

    Returns:
        Plain JSON. `docs/export.md` has a table of the keys.
    """
    a = model.architecture
    return {
        "format_version": FORMAT_VERSION,
        "keras_wavenet_version": keras_wavenet.__version__,
        "name": model.name,
        "parameters": model.count_params(),
        "sample_rate": model.sample_rate,
        "receptive_field": model.receptive_field,
        "history": a.history,
        "start": a.start,
        "dilations": list(a.dilations),
        "kernel_size": a.kernel_size,
        "initial_kernel_size": a.initial_kernel_size,
        "initial_activation": a.initial_activation,
        "initial_skip": a.initial_skip,
        "residual_scale": a.residual_scale,
        "post_conditioning": a.post_conditioning,
        "input": describe_input(a),
        "distribution": describe_distribution(model.distribution),
        "conditions": describe_conditions(model),
        "context_stack": a.context_stack,
        "features": None if a.features is None else a.features.get_config(),
        "linear_prediction": _describe_prediction(model.network),
        "waveform_filter": (
            None if a.waveform_filter is None else a.waveform_filter.get_config()
        ),
    }


def describe_input(architecture: Any) -> dict[str, Any]:
    """The input of the first layer: the sample, its code, or a scalar of either.

    Returns:
        `"encoding"`, `"waveform"`, `"codes"`, `"companded"` or `"mu_law"`; of codes
        `"levels"`, `"companding"` and `"edges"`, the least sample of each code but the
        first, and `"centers"`, the sample of each; of `"mu_law"` `"mu"`.
    """
    a = architecture
    if a.input_encoding == "waveform":
        return {"encoding": "waveform"}
    if a.input_encoding == "mu_law":
        return {"encoding": "mu_law", "mu": a.input_mu}
    coding = companding.get(a.companding)
    return {
        "encoding": a.input_encoding,
        "levels": a.input_levels,
        "companding": a.companding,
        "edges": short_floats(coding.edges(a.input_levels)),
        "centers": short_floats(
            coding.decode(np.arange(a.input_levels), a.input_levels)
        ),
    }


def describe_distribution(distribution: Any) -> dict[str, Any]:
    """The distribution: its config, outputs and uniforms, and the sample of each code.

    `"samples"` is there for a categorical distribution alone.
    """
    described = {
        **distribution.get_config(),
        "channels": distribution.channels,
        "uniforms_per_sample": distribution.uniforms_per_sample,
    }
    if distribution.compiled_sampling == "table":
        codes = np.arange(distribution.levels)
        described["samples"] = short_floats(distribution.decode(codes))
    return described


def describe_conditions(model: Any) -> dict[str, Any]:
    """The conditioning inputs by name: channels, names, and what frames become."""
    a = model.architecture
    described = {}
    if a.speakers is not None:
        described["speaker"] = {"count": a.speaker_count, "names": _names(a.speakers)}
    if a.tags is not None:
        described["tags"] = {"count": a.tag_count, "names": _names(a.tags)}
    if a.global_channels is not None:
        described["global"] = {"channels": a.global_channels}
    if a.local_channels is not None:
        described["local"] = {
            "channels": a.local_channels,
            "hop": a.hop,
            "frames_before": a.frames_before,
            "frames_after": a.frames_margin,
            "frame_encoder": a.frame_encoder,
            "upsampling": _describe_upsampling(model.network.conditioning.upsampling),
        }
    return described


def _describe_upsampling(upsampling):
    """All settings of a `FrameUpsampling`; a `FrameInterpolation` has none."""
    if not upsampling.scales:
        return {"kind": "linear"}
    config = upsampling.get_config()
    return {name: config[name] for name in _UPSAMPLING if name in config}


def short_floats(values: np.ndarray) -> list[float]:
    """Float32 as numbers with as few digits as give the same float32 again."""
    return [float(str(value)) for value in np.asarray(values, "float32")]


def _names(names):
    return None if isinstance(names, int) else list(names)


def _describe_prediction(network):
    prediction = network.linear_prediction
    if prediction is None:
        return None
    return {
        "order": prediction.order,
        "max_residual": network.prediction_signals.max_residual,
        **prediction.constants,
    }
