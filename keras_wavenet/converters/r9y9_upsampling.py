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
_LEGACY = "upsample_conv.0.bias"


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
    if _LEGACY in arrays:
        raise ValueError(
            "The upsampling of versions up to 0.1.1, transposed convolutions with an "
            f"activation after each, has no counterpart here. Received: `{_LEGACY}`"
        )
    stages = next((name for name in _STAGES if _kernels(arrays, name)), None)
    if stages is None:
        note = "The network takes a frame for each sample (hop = 1)."
        return {"hop": 1, "upsampling": "repeat"}, {}, [note]
    kernels = _take_stages(arrays, stages)
    scales = [(kernel.shape[1] - 1) // 2 for kernel in kernels]
    weights = {f"upsampling/kernel_{i}": kernel for i, kernel in enumerate(kernels)}
    upsampling = {
        "kind": "stretch",
        "scales": scales,
        "frequency_kernel_size": kernels[0].shape[0],
        "edges": "zeros",
    }
    notes = []
    if f"{_FIRST}.weight" in arrays or f"{_FIRST}.weight_v" in arrays:
        kernel = _take_first(arrays, channels, hparams)
        weights["upsampling/initial_kernel"] = kernel
        upsampling["initial_kernel_size"] = len(kernel)
        notes.append(
            f"Its frames begin and end with {len(kernel) // 2} outside the audio: the "
            'first of them are the condition "local_context" here.'
        )
    hparams.check(upsample_scales=scales, hop_size=math.prod(scales))
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


def _take_stages(arrays, stages):
    numbers = _kernels(arrays, stages)
    if numbers != [2 * i + 1 for i in range(len(numbers))]:
        raise ValueError(
            "Upsampling with an activation after each stage has no exact counterpart "
            f"here. Received: kernels of the layers {numbers} of `{stages}`"
        )
    return [
        take_weight(
            arrays, f"{stages}.{number}", f"upsampling/kernel_{i}", (1, 1, None, None)
        )[0, 0]
        for i, number in enumerate(numbers)
    ]
