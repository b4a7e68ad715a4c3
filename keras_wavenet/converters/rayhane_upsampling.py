"""How the WaveNet of Rayhane-mamah/Tacotron-2 makes samples of frames.

Axes of its kernels: (channels, samples, inputs, outputs) of a convolution, (channels,
samples, outputs, inputs) of a transposed one. Convolutions are padded with zeros to the
same size: with one zero less before than after where the number of taps is even.

Filters span the samples of one frame, in older versions of two: the setting
`upsample_scales` alone tells. With SubPixel they span three frames, or more or fewer.
"""

import math
from typing import Any

import numpy as np

from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.rayhane_variables import Variables

_LAYERS = {
    "1D": "ConvTranspose1D_layer_{}",
    "2D": "ConvTranspose2D_layer_{}",
    "Resize": "ResizeConvolution_layer_{}",
    "SubPixel": "SubPixelConvolution_layer_{}",
}
_NEAREST = "NearestNeighbor"
_ACTIVATIONS = {None: None, "Relu": "relu", "LeakyRelu": "leaky_relu"}


def take(
    variables: Variables, channels: int, hparams: Hparams
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Take the upsampling of frames.

    Args:
        variables: Those of the checkpoint.
        channels: Of a frame.
        hparams: The settings.

    Returns:
        The arguments `hop` and `upsampling` of `keras_wavenet.WaveNet`, and weights by
        path.

    Raises:
        ValueError: If the settings do not fit, or a kernel has no exact counterpart.
    """
    kinds = [
        k for k, name in _LAYERS.items() if name.format(0) + "/kernel" in variables
    ]
    if not kinds:
        if hparams.given("upsample_conditional_features") is False:  # older versions
            return {"hop": 1, "upsampling": "repeat"}, {}
        hparams.check(upsample_type=_NEAREST)
        return {"hop": _hop(hparams), "upsampling": "repeat"}, {}
    kind = kinds[0]
    hparams.check(upsample_type=kind)
    name = _LAYERS[kind]
    count = variables.count(name + "/kernel")
    stages = [
        _STAGES[kind](variables, name.format(i), i, channels, hparams)
        for i in range(count)
    ]
    upsampling, weights = _joined(kind, stages)
    upsampling.update(_activation(hparams))
    scales = upsampling["scales"]
    if hparams.given("upsample_scales") is None:
        hparams.notes.append(f"upsample_scales = {scales}, as the kernels span")
    hop = math.prod(scales)
    hparams.check(upsample_scales=scales, hop_size=hop)
    return {"hop": hop, "upsampling": upsampling}, weights


def _hop(hparams):
    """Samples of a frame where no kernel tells."""
    milliseconds = hparams.given("frame_shift_ms")
    if hparams.given("hop_size") is None and milliseconds is not None:
        rate = hparams.get("sample_rate", 22050)
        return int(hparams.get("frame_shift_ms", 12.5) / 1000 * rate)
    return hparams.get("hop_size", 275)


def _activation(hparams):
    name = "upsample_activation"
    is_none = hparams.has(name) and hparams.given(name) is None
    chosen = None if is_none else hparams.choose(name, tuple(_ACTIVATIONS), "Relu")
    found = {"activation": _ACTIVATIONS[chosen]}
    if chosen == "LeakyRelu":
        found["negative_slope"] = hparams.get("leaky_alpha", 0.4)
    return found


def _joined(kind, stages):
    """The stages, `(scale, kernel, bias)`, as `upsampling` and weights by path."""
    scales, kernels, biases = zip(*stages, strict=True)
    weights = {f"upsampling/kernel_{i}": kernel for i, kernel in enumerate(kernels)}
    sizes = [k.shape[0 if kind == "1D" else 1] for k in kernels]
    upsampling = {
        "kind": "stretch" if kind == "Resize" else "transposed",
        "scales": list(scales),
        "kernel_sizes": sizes,
        "use_bias": True,
    }
    if kind in ("Resize", "SubPixel") or sizes != list(scales):
        upsampling["edges"] = "zeros"
    if kind in ("2D", "SubPixel"):
        upsampling["shared_kernel"] = True
    if kind != "1D":
        upsampling["frequency_kernel_size"] = len(kernels[0])
    weights |= {f"upsampling/bias_{i}": bias for i, bias in enumerate(biases)}
    return upsampling, weights


def _take_1d(variables, layer, number, channels, hparams):
    path = f"upsampling/kernel_{number}"
    kernel = variables.take(f"{layer}/kernel", path, (1, None, channels, channels))[0]
    bias = variables.take_bias(layer, f"upsampling/bias_{number}", channels)
    scale = _scale(len(kernel), number, hparams)
    return scale, _from_a_frame_before(kernel.transpose(0, 2, 1), 0, scale), bias


def _take_2d(variables, layer, number, channels, hparams):
    kernel = _take_filter(variables, layer, number, (None, None, 1, 1), hparams)
    kernel = kernel[::-1, :, 0, 0]  # a transposed convolution goes the other way
    if len(kernel) % 2 == 0:
        kernel = np.pad(kernel, [(0, 1), (0, 0)])
    scale = _scale(kernel.shape[1], number, hparams)
    kernel = _from_a_frame_before(kernel, 1, scale)
    return scale, kernel, _take_bias(variables, layer, number, 1, scale)


def _take_resize(variables, layer, number, channels, hparams):
    kernel = _take_filter(variables, layer, number, (None, None, 1, 1), hparams)
    scale = _scale(kernel.shape[1], number, hparams)
    kernel = _odd(_odd(kernel[..., 0, 0], 0), 1)
    return scale, kernel, _take_bias(variables, layer, number, 1, scale)


def _take_sub_pixel(variables, layer, number, channels, hparams):
    """Each of its outputs is one sample of a frame, from the frame and others."""
    kernel = _take_filter(variables, layer, number, (None, None, 1, None), hparams)
    kernel = _odd(kernel, 1)
    if not hparams.get("NN_init", True):
        kernel = np.repeat(kernel[..., :1], kernel.shape[-1], axis=-1)
    scale = kernel.shape[-1]
    kernel = kernel[:, ::-1, 0].reshape(len(kernel), -1)  # (channels, samples)
    bias = _take_bias(variables, layer, number, scale, scale)
    return scale, _odd(kernel, 0), bias


def _take_filter(variables, layer, number, shape, hparams):
    path = f"upsampling/kernel_{number}"
    kernel = variables.take(f"{layer}/kernel", path, shape)
    hparams.check(freq_axis_kernel_size=len(kernel))
    return kernel


def _take_bias(variables, layer, number, channels, scale):
    """A bias for each sample of a frame, from one for all or for each."""
    bias = variables.take_bias(layer, f"upsampling/bias_{number}", channels)
    return np.resize(bias, scale)


def _scale(samples, number, hparams):
    """The samples of a frame, of a filter that spans those of one frame or of two."""
    given = hparams.integers("upsample_scales") or []
    if number < len(given) and 2 * given[number] == samples:
        return given[number]
    return samples


def _from_a_frame_before(kernel, axis, scale):
    """A filter of two frames, which begins half a frame early, with zeros around it."""
    if kernel.shape[axis] == scale:
        return kernel
    widths = [(0, 0)] * kernel.ndim
    widths[axis] = (scale - scale // 2, scale // 2)
    return np.pad(kernel, widths)


def _odd(kernel, axis):
    """The kernel of a convolution whose taps are odd, with a zero before even ones."""
    widths = [(0, 0)] * kernel.ndim
    widths[axis] = (1 - kernel.shape[axis] % 2, 0)
    return np.pad(kernel, widths)


_STAGES = {
    "1D": _take_1d,
    "2D": _take_2d,
    "Resize": _take_resize,
    "SubPixel": _take_sub_pixel,
}
