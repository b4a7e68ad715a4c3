"""How r9y9/wavenet_vocoder makes samples of frames."""

import math
from typing import Any

import numpy as np

from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_kernel,
    take_weight,
)

_STAGES = ("upsample_net.upsample.up_layers", "upsample_net.up_layers")
_FIRST = "upsample_net.conv_in"
_LEGACY = "upsample_conv"  # of versions up to 0.1.1
_ACTIVATIONS = {"ReLU": "relu", "LeakyReLU": "leaky_relu"}


def take(
    arrays: Arrays, channels: int, hparams: Hparams
) -> tuple[dict[str, Any], dict[str, np.ndarray], list[str]]:
    """Take the upsampling of frames.

    Args:
        arrays: Those of the checkpoint.
        channels: Of a frame.
        hparams: The settings.

    Returns:
        The arguments `hop` and `upsampling` of `keras_wavenet.WaveNet`, weights by
        path, and notes.

    Raises:
        ValueError: If it has no exact counterpart.
    """
    if _kernels(arrays, _LEGACY):
        return _take_legacy(arrays, hparams)
    stages = next((name for name in _STAGES if _kernels(arrays, name)), None)
    if stages is None:
        note = "The network takes a frame for each sample (hop = 1)."
        return {"hop": 1, "upsampling": "repeat"}, {}, [note]
    params = hparams.section("upsample_params")
    params.check(mode="nearest")
    activation = _activation(_kernels(arrays, stages), params)
    kernels = _take_stages(arrays, stages)
    scales = [(kernel.shape[1] - 1) // 2 for kernel in kernels]
    weights = {f"upsampling/kernel_{i}": kernel for i, kernel in enumerate(kernels)}
    upsampling = {
        "kind": "stretch",
        "scales": scales,
        "frequency_kernel_size": kernels[0].shape[0],
        "edges": "zeros",
        **activation,
    }
    notes, network = [], "UpsampleNetwork"
    if f"{_FIRST}.weight" in arrays or f"{_FIRST}.weight_v" in arrays:
        network = "ConvInUpsampleNetwork"
        kernel = _take_first(arrays, channels, hparams)
        weights["upsampling/initial_kernel"] = kernel
        upsampling["initial_kernel_size"] = len(kernel)
        notes.append(
            f"Its frames begin and end with {len(kernel) // 2} outside the audio: the "
            'first of them are the condition "local_context" here.'
        )
    hparams.check(upsample_net=network)
    hparams.check(upsample_scales=scales, hop_size=math.prod(scales))
    params.check(upsample_scales=scales, freq_axis_kernel_size=len(kernels[0]))
    return {"hop": math.prod(scales), "upsampling": upsampling}, weights, notes


def _take_first(arrays, channels, hparams):
    """The kernel of the convolution ahead of the stages, of at least three taps.

    One tap alone becomes the middle of three, for which a frame more is given at both
    ends of a clip: its values do not matter.
    """
    taps = kernel_shape(arrays, _FIRST)[2]
    hparams.check(cin_pad=taps // 2)
    path = "upsampling/initial_kernel"
    kernel = take_kernel(arrays, _FIRST, path, (channels, channels, taps))
    return np.pad(kernel, [(1, 1), (0, 0), (0, 0)]) if taps == 1 else kernel


def _kernels(arrays, stages):
    """Numbers of the layers that have kernels."""
    kinds = ("weight", "weight_v")
    return [
        number
        for number in range(64)
        if any(f"{stages}.{number}.{kind}" in arrays for kind in kinds)
    ]


def _activation(numbers, params):
    """What comes after each stage, of which the numbers of the layers tell that it is.

    Raises:
        ValueError: If it has no exact counterpart, or nothing says which one it is.
    """
    given = params.given("upsample_activation")
    step = 2 if given in (None, "none") else 3
    if numbers != [step * i + 1 for i in range(len(numbers))]:
        raise ValueError(
            "The layers of the upsampling must be those of the setting "
            "`upsample_activation` in `upsample_params`. Received: "
            f"upsample_activation={given!r} and kernels of the layers {numbers}"
        )
    if step == 2:
        return {}
    params.choose("upsample_activation", tuple(_ACTIVATIONS), "ReLU")
    found = {"activation": _ACTIVATIONS[given]}
    if given == "LeakyReLU":
        values = params.section("upsample_activation_params")
        found["negative_slope"] = values.get("negative_slope", 0.01)
    return found


def _take_stages(arrays, stages):
    return [
        take_weight(
            arrays, f"{stages}.{number}", f"upsampling/kernel_{i}", (1, 1, None, None)
        )[0, 0]
        for i, number in enumerate(_kernels(arrays, stages))
    ]


def _take_legacy(arrays, hparams):
    """Transposed convolutions, each with a bias and a ReLU after it."""
    numbers = _kernels(arrays, _LEGACY)
    weights, scales = {}, []
    for i, number in enumerate(numbers):
        name, path = f"{_LEGACY}.{number}", f"upsampling/kernel_{i}"
        kernel = take_weight(arrays, name, path, (1, 1, None, None))[0, 0]
        scale = kernel.shape[1]
        path_of_bias = f"upsampling/bias_{i}"
        bias = arrays.take(f"{name}.bias", path_of_bias, (1,))
        weights[path] = kernel[::-1]  # a transposed convolution goes the other way
        weights[path_of_bias] = np.repeat(bias, scale)
        scales.append(scale)
    if numbers != [2 * i for i in range(len(numbers))] or len(kernel) % 2 == 0:
        raise ValueError(
            "The upsampling of versions up to 0.1.1 must have a ReLU after each stage, "
            "and filters of an odd number of channels. Received: kernels of the layers "
            f"{numbers} of `{_LEGACY}`, of {len(kernel)} channels"
        )
    hop = math.prod(scales)
    hparams.check(upsample_scales=scales, hop_size=hop)
    hparams.check(freq_axis_kernel_size=len(kernel))
    upsampling = {
        "kind": "transposed",
        "scales": scales,
        "kernel_sizes": scales,
        "frequency_kernel_size": len(kernel),
        "shared_kernel": True,
        "use_bias": True,
        "activation": "relu",
    }
    return {"hop": hop, "upsampling": upsampling}, weights, []
