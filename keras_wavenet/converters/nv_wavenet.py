"""Checkpoints of the PyTorch module of NVIDIA/nv-wavenet."""

import numpy as np

from keras_wavenet.config import STARTS
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_bias,
    take_kernel,
    take_projection,
)

_EARLIER = (
    "A frame reaches forward alone, and before the first one are zeros there: give one "
    'frame of zeros as the condition "local_context".'
)


class NvWavenet(Family):
    """Codes in, codes out; mel frames through a transposed convolution over time."""

    name = "nv-wavenet"
    project = "NVIDIA/nv-wavenet"
    anchors = ("cond_layers.conv.weight", "conv_end.conv.weight", "embed.weight")

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        levels, residual = arrays.shape("embed.weight", rank=2)
        count = arrays.count("dilate_layers.{}.conv.weight")
        skip = kernel_shape(arrays, "conv_out.conv")[1]
        channels = kernel_shape(arrays, "cond_layers.conv")[1]
        most = hparams.given("max_dilation")
        if most is not None:
            most = int(np.log2(max(hparams.get("max_dilation", 128), 1))) + 1
        arguments = {
            "dilations": hparams.dilations(count, most, usual_cycle=8),
            "distribution": {"name": "categorical", "levels": levels},
            "start": hparams.choose("start", STARTS, "zeros"),
            "local_channels": channels,
        }
        upsampling, row_bias = _take_upsampling(arrays, channels, hparams, arguments)
        conditions = _take_conditions(arrays, count, residual, channels, row_bias)
        embedding = arrays.take("embed.weight", "initial/kernel", (levels, residual))
        blocks = [
            _take_block(arrays, i, count, residual, skip, conditions[i])
            for i in range(count)
        ]
        out, end = "conv_out.conv", "conv_end.conv"
        found = Layers(
            embedding[None],
            None,
            blocks,
            take_projection(arrays, out, "post/kernel", (levels, skip)),
            take_bias(arrays, out, "post/bias", levels),
            take_projection(arrays, end, "output/kernel", (levels, levels)),
            take_bias(arrays, end, "output/bias", levels),
            upsampling,
        )
        hparams.check(
            n_layers=count,
            n_residual_channels=residual,
            n_skip_channels=skip,
            n_cond_channels=channels,
        )
        return Network(found, arguments, [_EARLIER])


def _take_upsampling(arrays, channels, hparams, arguments):
    """The kernel by path, and the bias of each channel; adds arguments.

    A frame reaches over the `window` samples from its own first one on. A kernel here
    is centered on its frame: what it has before that is zero.
    """
    path, name = "upsampling/kernel_0", "upsample"
    kernel = arrays.take(f"{name}.weight", path, (channels, channels, None))
    window = kernel.shape[2]
    hop = hparams.get("upsamp_stride", 200)
    if not 1 <= hop <= window:
        raise ValueError(
            f"The setting `upsamp_stride` must be from 1 to the window of {window} "
            f"samples. Received: upsamp_stride={hop}"
        )
    hparams.check(upsamp_window=window)
    before = window - hop
    arguments["hop"] = hop
    arguments["upsampling"] = {"kind": "transposed", "kernel_sizes": [window + before]}
    padded = np.pad(kernel.transpose(2, 0, 1), [(before, 0), (0, 0), (0, 0)])
    to = "the biases of filters and gates, added"
    bias = take_bias(arrays, name, to, channels, required=True)
    return {path: padded}, bias


def _take_conditions(arrays, count, residual, channels, row_bias):
    """The kernel `(C, 2 D)` and the bias `(2 D,)` of each layer."""
    name, width = "cond_layers.conv", 2 * residual * count
    path = "block_{i}/conditioning/local_kernel, of all layers"
    kernel = take_projection(arrays, name, path, (width, channels))
    to = "block_{i}/filter_gate/bias, of all layers, added"
    bias = take_bias(arrays, name, to, width, required=True)
    bias = bias + row_bias @ kernel
    return [
        (kernel[:, part], bias[part])
        for part in (slice(i, i + 2 * residual) for i in range(0, width, 2 * residual))
    ]


def _take_block(arrays, i, count, residual, skip, condition):
    block = f"block_{i}"
    name, to = f"dilate_layers.{i}.conv", f"{block}/filter_gate"
    taps = kernel_shape(arrays, "dilate_layers.0.conv")[2]
    kernel = take_kernel(arrays, name, f"{to}/kernel", (2 * residual, residual, taps))
    bias = take_bias(arrays, name, f"{to}/bias", 2 * residual, required=True)
    local_kernel, added = condition
    skip_name = _named(arrays, f"skip_layers.{i}")
    rows = f"skip/kernel, rows of {block}"
    found = Block(
        kernel=kernel,
        bias=bias + added,
        residual=None,
        skip=take_projection(arrays, skip_name, rows, (skip, residual)),
        skip_bias=take_bias(
            arrays, skip_name, "skip/bias, a term", skip, required=True
        ),
        conditions={"local": local_kernel},
    )
    name = _named(arrays, f"res_layers.{i}")
    if i < count - 1 or f"{name}.weight" in arrays:
        to = UNUSED if i == count - 1 else f"{block}/residual"
        found.residual = take_projection(arrays, name, to, (residual, residual))
        found.residual_bias = take_bias(arrays, name, to, residual, required=True)
    return found


def _named(arrays, name):
    """The name of a convolution, which may be wrapped in a layer of the project."""
    return f"{name}.conv" if f"{name}.conv.weight" in arrays else name
