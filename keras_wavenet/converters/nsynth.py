"""Checkpoints of NSynth, magenta's WaveNet autoencoder, TensorFlow 1."""

import re
from collections.abc import Collection

import numpy as np

from keras_wavenet.config import STARTS
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers

_AVERAGE = "/ExponentialMovingAverage"
_OPTIMIZER = r".*/(Adam|Adam_1)|(.*/)?(beta[12]_power|global_step)"
_KINDS = {True: "the moving averages", False: "the last values"}
_CODES = 256
_HOP = 512
_CYCLE = 10
_COMPANDING = "mu_law_nsynth"


class Nsynth(Family):
    """Codes as scalars in, codes out, frames of an encoder that is converted with it.

    A checkpoint has the last value and the moving average of each weight: the setting
    `averaged`.
    """

    name = "nsynth"
    project = "magenta/nsynth"
    has_choice_of_weights = True
    anchors = ("startconv/W", "cond_map_out1/W", "ae_bottleneck/W")

    def prefix(self, names: Collection[str]) -> str | None:
        return super().prefix({name.removesuffix(_AVERAGE) for name in names})

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        has_last_values = "startconv/W" in arrays
        averaged = hparams.get("averaged", not has_last_values)
        variables = _Variables(arrays, averaged)
        layers = variables.count("dilatedconv_{}")
        cycle = hparams.given("num_stages")
        cycle = None if cycle is None else hparams.get("num_stages", _CYCLE)
        encoder, weights = _take_encoder(variables, hparams)
        encoder["sample_rate"] = hparams.get("sample_rate", self.sample_rate)
        arguments = {
            "dilations": hparams.dilations(layers, cycle, usual_cycle=_CYCLE),
            "distribution": {
                "name": "categorical",
                "levels": _CODES,
                "companding": _COMPANDING,
            },
            "input_encoding": "companded",
            "initial_skip": True,
            "post_conditioning": True,
            "upsampling": "repeat",
            "start": hparams.choose("start", STARTS, "zeros"),
            "features": {"parts": [encoder]},
        }
        found = _take_decoder(variables, layers, encoder["channels"], weights)
        variables.leave_out_others()
        hparams.check(
            num_layers=layers,
            filter_length=found.sizes["kernel_size"],
            width=found.sizes["residual_channels"],
            skip_width=found.sizes["skip_channels"],
            ae_num_layers=len(encoder["dilations"]),
            ae_filter_length=encoder["kernel_size"],
            ae_width=encoder["width"],
            ae_bottleneck_width=encoder["channels"],
        )
        return Network(
            found, arguments, [f"Of the weights these are {_KINDS[averaged]}."]
        )


class _Variables:
    """Kernels and biases by the names of layers.

    Args:
        arrays: Those of the checkpoint.
        averaged: Whether the moving averages are taken, or the last values.
    """

    def __init__(self, arrays, averaged):
        self._arrays, self._averaged, self._taken = arrays, averaged, []

    def _name(self, layer, kind):
        return f"{layer}/{kind}{_AVERAGE if self._averaged else ''}"

    def count(self, pattern):
        """How many layers a name is there with: 1, 2, ..."""
        number = 0
        while self._name(pattern.format(number + 1), "W") in self._arrays:
            number += 1
        return number

    def shape(self, layer):
        """Of the kernel: (taps, inputs, outputs)."""
        return self._arrays.shape(self._name(layer, "W"), rank=4)[1:]

    def take(self, layer, targets, shape):
        """The kernel of a layer, `(taps, inputs, outputs)`, and its bias.

        `targets` are the weights that these go to, for the table.
        """
        found = []
        sizes = {"W": (1, *shape), "biases": shape[-1:]}
        for (kind, size), to in zip(sizes.items(), targets, strict=True):
            found.append(self._arrays.take(self._name(layer, kind), to, size))
            self._taken.append(f"{layer}/{kind}")
        return found[0][0], found[1]

    def take_projection(self, layer, targets, shape):
        """Likewise of a kernel of one tap, `(inputs, outputs)`."""
        kernel, bias = self.take(layer, targets, (1, *shape))
        return kernel[0], bias

    def leave_out_others(self):
        """Leave out the optimizer's, and the other kind of what was taken."""
        self._arrays.leave_out(_OPTIMIZER, "of the optimizer")
        why = f"{_KINDS[self._averaged]} are taken"
        for name in self._taken:
            other = name if self._averaged else name + _AVERAGE
            self._arrays.leave_out(rf"(.*/)?{re.escape(other)}", why)


def _take_encoder(variables, hparams):
    """The config of the encoder, and its weights by their paths in the model."""
    taps, _, width = variables.shape("ae_startconv")
    channels = variables.shape("ae_bottleneck")[2]
    layers = variables.count("ae_dilatedconv_{}")
    cycle = hparams.get("ae_num_stages", _CYCLE)
    to = "features/part_0_"
    targets = {
        kind: (f"{to}{kind}_kernel", f"{to}{kind}_bias")
        for kind in ("initial", "output")
    }
    stacked = {
        kind: (f"{to}{kind}_kernels", f"{to}{kind}_biases")
        for kind in ("dilated", "residual")
    }
    first = variables.take("ae_startconv", targets["initial"], (taps, 1, width))
    weights = dict(zip(targets["initial"], first, strict=True))
    pairs = {"dilated": [], "residual": []}
    for i in range(1, layers + 1):
        shape = (taps, width, width)
        pair = variables.take(f"ae_dilatedconv_{i}", stacked["dilated"], shape)
        pairs["dilated"].append(pair)
        to = stacked["residual"]
        pair = variables.take_projection(f"ae_res_{i}", to, (width, width))
        pairs["residual"].append(pair)
    for kind, found in pairs.items():
        arrays = map(np.stack, zip(*found, strict=True))
        weights |= zip(stacked[kind], arrays, strict=True)
    shape = (width, channels)
    last = variables.take_projection("ae_bottleneck", targets["output"], shape)
    weights |= zip(targets["output"], last, strict=True)
    config = {
        "name": "temporal_encoder",
        "hop": hparams.get("ae_hop_length", _HOP),
        "channels": channels,
        "width": width,
        "dilations": [2 ** (i % cycle) for i in range(layers)],
        "kernel_size": taps,
        "levels": _CODES,
        "companding": _COMPANDING,
    }
    return config, weights


def _take_decoder(variables, layers, channels, others):
    taps, _, residual = variables.shape("startconv")
    skip, post = variables.shape("out1")[1:]
    to = ("initial/kernel", "initial/bias")
    initial = variables.take("startconv", to, (taps, 1, residual))
    to = ("skip/kernel, rows of the first layer", "skip/bias, a term")
    skip_start = variables.take_projection("skip_start", to, (residual, skip))
    blocks = [
        _take_block(variables, i, layers, (residual, skip, channels))
        for i in range(layers)
    ]
    to = ("post/kernel", "post/bias")
    kernel, bias = variables.take_projection("out1", to, (skip, post))
    path, shape = "post_conditioning/local_kernel", (channels, post)
    to = (path, "post/bias, added")
    condition, added = variables.take_projection("cond_map_out1", to, shape)
    to = ("output/kernel", "output/bias")
    return Layers(
        *initial,
        blocks,
        kernel,
        bias + added,
        *variables.take_projection("logits", to, (post, _CODES)),
        {**others, path: condition},
        skip_start,
    )


def _take_block(variables, i, layers, sizes):
    """Layer i: its halves are swapped, of which the first is that of the sigmoid."""
    (residual, skip, channels), block, number = sizes, f"block_{i}", i + 1
    taps, _, gates = variables.shape("dilatedconv_1")
    half = gates // 2

    def swapped(pair):
        return (np.roll(array, half, axis=-1) for array in pair)

    words = "halves swapped"
    to = tuple(f"{block}/filter_gate/{n}, {words}" for n in ("kernel", "bias"))
    name, shape = f"dilatedconv_{number}", (taps, residual, gates)
    kernel, bias = swapped(variables.take(name, to, shape))
    name, shape = f"cond_map_{number}", (channels, gates)
    path = f"{block}/conditioning/local_kernel"
    to = (f"{path}, {words}", f"{block}/filter_gate/bias, added, {words}")
    condition, added = swapped(variables.take_projection(name, to, shape))
    to = (f"{block}/residual/kernel", f"{block}/residual/bias")
    to = (UNUSED, UNUSED) if number == layers else to
    name, shape = f"res_{number}", (half, residual)
    residual_kernel, residual_bias = variables.take_projection(name, to, shape)
    to = (f"skip/kernel, rows of {block}", "skip/bias, a term")
    name, shape = f"skip_{number}", (half, skip)
    skip_kernel, skip_bias = variables.take_projection(name, to, shape)
    return Block(
        kernel=kernel,
        residual=residual_kernel,
        skip=skip_kernel,
        bias=bias + added,
        residual_bias=residual_bias,
        skip_bias=skip_bias,
        conditions={"local": condition},
    )
