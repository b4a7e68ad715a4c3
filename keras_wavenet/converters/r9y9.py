"""Checkpoints of r9y9/wavenet_vocoder, as trained or averaged (`_ema.pth`)."""

import math

from keras_wavenet.config import STARTS
from keras_wavenet.converters import r9y9_upsampling
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers
from keras_wavenet.converters.r9y9_output import Output
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_bias,
    take_kernel,
    take_projection,
)

_LAYER = "conv_layers.{}"
# Their kernels have biases in versions up to 0.1.1 alone.
_CONDITIONS = {"local": "conv1x1c", "global": "conv1x1g"}


class R9y9(Family):
    """Codes or samples in; a softmax, logistics or Gaussians out; mel frames, speakers.

    Versions up to 0.1.1, which both published sets of weights are of, scale the skips
    and round mu-law codes otherwise: the setting `legacy`, or biases of the conditions.
    """

    name = "r9y9"
    project = "r9y9/wavenet_vocoder"
    anchors = ("first_conv.bias", "conv_layers.0.conv1x1_out.bias")
    sample_rate = 22050

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        layers = arrays.count("conv_layers.{}.conv.bias")
        stacks = hparams.given("stacks")
        cycle = None if stacks is None else layers // max(hparams.get("stacks", 4), 1)
        is_legacy = _is_legacy(arrays, hparams)
        output = Output.of(arrays, hparams, is_legacy)
        arguments = {
            "dilations": hparams.dilations(layers, cycle, usual_cycle=6),
            "residual_scale": math.sqrt(0.5),
            "skip_scaling": _skip_scaling(is_legacy, hparams),
            "start": hparams.choose("start", STARTS, "zeros"),
            "dropout": hparams.get("dropout", 0.0),
            **output.arguments,
        }
        others, channels = _take_global_condition(arrays, arguments)
        notes = []
        if "conv_layers.0.conv1x1c" in _layers_of(arrays):
            channels["local"] = kernel_shape(arrays, "conv_layers.0.conv1x1c")[1]
            upsampling, weights, notes = r9y9_upsampling.take(
                arrays, channels["local"], hparams
            )
            arguments.update(local_channels=channels["local"], **upsampling)
            others.update(weights)
        found = _take_layers(arrays, layers, channels, output, others)
        hparams.check(
            layers=layers,
            residual_channels=found.sizes["residual_channels"],
            gate_channels=2 * found.sizes["dilation_channels"],
            skip_out_channels=found.sizes["skip_channels"],
            kernel_size=found.sizes["kernel_size"],
            out_channels=output.channels,
            cin_channels=channels.get("local", -1),
            gin_channels=channels.get("global", -1),
        )
        return Network(found, arguments, notes)


def _is_legacy(arrays, hparams):
    """Whether it is of a version up to 0.1.1."""
    names = [f"conv_layers.0.{name}.bias" for name in _CONDITIONS.values()]
    if any(name in arrays for name in (*names, "upsample_conv.0.bias")):
        return True
    return hparams.get("legacy", False)


def _skip_scaling(is_legacy, hparams):
    """Versions up to 0.1.1 scale nothing where their setting `legacy` is false."""
    if not is_legacy:
        return "total"
    is_set = hparams.given("legacy") is None or hparams.get("legacy", True)
    return "running" if is_set else None


def _layers_of(arrays):
    """Which of the layers of conditions there are."""
    names = [f"conv_layers.0.{name}" for name in _CONDITIONS.values()]
    return [
        name
        for name in names
        if any(f"{name}.{kind}" in arrays for kind in ("weight", "weight_v"))
    ]


def _take_global_condition(arrays, arguments):
    """The embedding of speakers by path, and the channels of the condition by name."""
    if "conv_layers.0.conv1x1g" not in _layers_of(arrays):
        return {}, {}
    channels = kernel_shape(arrays, "conv_layers.0.conv1x1g")[1]
    if "embed_speakers.weight" not in arrays:
        arguments["global_channels"] = channels
        return {}, {"global": channels}
    path, name = "global_condition/embedding", "embed_speakers.weight"
    speakers = arrays.shape(name, rank=2)[0]
    arguments.update(speakers=speakers, speaker_channels=channels)
    embedding = arrays.take(name, path, (speakers, channels))
    return {path: embedding}, {"global": channels}


def _take_layers(arrays, count, channels, output, others):
    residual, inputs, _ = kernel_shape(arrays, "first_conv")
    skip = kernel_shape(arrays, "last_conv_layers.1")[0]
    to = "initial/bias" if inputs == 1 else "initial/kernel, added"
    post = "last_conv_layers.1"
    return Layers(
        take_kernel(arrays, "first_conv", "initial/kernel", (residual, inputs, 1)),
        take_bias(arrays, "first_conv", to, residual, required=True),
        [_take_block(arrays, i, count, residual, skip, channels) for i in range(count)],
        take_projection(arrays, post, "post/kernel", (skip, skip)),
        take_bias(arrays, post, "post/bias", skip, required=True),
        *output.take(arrays, skip),
        others,
    )


def _take_block(arrays, i, count, residual, skip, channels):
    layer, block = _LAYER.format(i), f"block_{i}"
    gates, _, taps = kernel_shape(arrays, "conv_layers.0.conv")
    to, bias_to = f"{block}/filter_gate/kernel", f"{block}/filter_gate/bias"
    kernel = take_kernel(arrays, f"{layer}.conv", to, (gates, residual, taps))
    bias = take_bias(arrays, f"{layer}.conv", bias_to, gates, required=True)
    conditions = {}
    for condition, width in channels.items():
        name = f"{layer}.{_CONDITIONS[condition]}"
        to = f"{block}/conditioning/{condition}_kernel"
        conditions[condition] = take_projection(arrays, name, to, (gates, width))
        ending = f".{_CONDITIONS[condition]}.bias"
        has_bias = any(one.endswith(ending) for one in arrays.names)
        added = take_bias(arrays, name, f"{bias_to}, added", gates, required=has_bias)
        bias = bias if added is None else bias + added
    to = UNUSED if i == count - 1 else f"{block}/residual"
    rows, out, skips = f"skip/kernel, rows of {block}", "conv1x1_out", "conv1x1_skip"
    half = gates // 2
    return Block(
        kernel=kernel,
        bias=bias,
        residual=take_projection(arrays, f"{layer}.{out}", to, (residual, half)),
        residual_bias=take_bias(arrays, f"{layer}.{out}", to, residual, required=True),
        skip=take_projection(arrays, f"{layer}.{skips}", rows, (skip, half)),
        skip_bias=take_bias(
            arrays, f"{layer}.{skips}", "skip/bias, a term", skip, required=True
        ),
        conditions=conditions,
    )
