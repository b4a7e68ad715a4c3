"""Checkpoints of vincentherrmann/pytorch-wavenet."""

import numpy as np

from keras_wavenet.config import STARTS
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers, side_by_side
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_bias,
    take_kernel,
    take_projection,
)


class Vincentherrmann(Family):
    """Codes in, codes out; a first layer of one tap, a filter and a gate of each."""

    name = "vincentherrmann"
    project = "vincentherrmann/pytorch-wavenet"
    anchors = ("start_conv.weight", "filter_convs.0.weight", "end_conv_2.weight")

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        residual, levels, _ = kernel_shape(arrays, "start_conv")
        layers = arrays.count("filter_convs.{}.weight")
        end, skip, _ = kernel_shape(arrays, "end_conv_1")
        cycle = None if hparams.given("layers") is None else hparams.get("layers", 10)
        arguments = {
            "dilations": hparams.dilations(layers, cycle, usual_cycle=10),
            "distribution": {
                "name": "categorical",
                "levels": levels,
                "companding": "mu_law_vincentherrmann",
            },
            "start": hparams.choose("start", STARTS, "zeros"),
        }
        initial = take_kernel(
            arrays, "start_conv", "initial/kernel", (residual, levels, 1)
        )
        bias = take_bias(
            arrays,
            "start_conv",
            "initial/kernel, added",
            residual,
            required=has_biases(arrays),
        )
        found = Layers(
            initial,
            bias,
            [take_block(arrays, i, layers, residual, skip) for i in range(layers)],
            take_projection(arrays, "end_conv_1", "post/kernel", (end, skip)),
            take_bias(arrays, "end_conv_1", "post/bias", end, required=True),
            take_projection(arrays, "end_conv_2", "output/kernel", (levels, end)),
            take_bias(arrays, "end_conv_2", "output/bias", levels, required=True),
        )
        hparams.check(
            classes=levels,
            residual_channels=residual,
            dilation_channels=found.sizes["dilation_channels"],
            skip_channels=skip,
            end_channels=end,
            kernel_size=found.sizes["kernel_size"],
        )
        return Network(found, arguments)


def has_biases(arrays: Arrays) -> bool:
    """Whether any layer of the stack has a bias: then all have."""
    return any(name.endswith(".bias") and "_convs." in name for name in arrays.names)


def take_block(arrays: Arrays, i: int, layers: int, residual: int, skip: int) -> Block:
    """Take layer i of `layers`, with so many channels."""
    block = f"block_{i}"
    dilation, _, taps = kernel_shape(arrays, "filter_convs.0")
    has_bias = has_biases(arrays)
    kernels, biases = [], []
    for kind, half in (("filter", "first half"), ("gate", "second half")):
        name, to = f"{kind}_convs.{i}", f"{block}/filter_gate"
        shape = (dilation, residual, taps)
        kernels.append(take_kernel(arrays, name, f"{to}/kernel, {half}", shape))
        biases.append(
            take_bias(arrays, name, f"{to}/bias, {half}", dilation, required=has_bias)
        )
    to = UNUSED if i == layers - 1 else f"{block}/residual"
    rows = f"skip/kernel, rows of {block}"
    name = f"residual_convs.{i}"
    return Block(
        kernel=np.concatenate(kernels, axis=-1),
        bias=side_by_side(*biases),
        residual=take_projection(arrays, name, to, (residual, dilation)),
        residual_bias=take_bias(arrays, name, to, residual, required=has_bias),
        skip=take_projection(arrays, f"skip_convs.{i}", rows, (skip, dilation)),
        skip_bias=take_bias(
            arrays, f"skip_convs.{i}", "skip/bias, a term", skip, required=has_bias
        ),
    )
