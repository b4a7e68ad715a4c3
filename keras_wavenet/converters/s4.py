"""Checkpoints of the WaveNet baseline of state-spaces/s4."""

import re
from collections.abc import Collection

from keras_wavenet.config import STARTS
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import Layers
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_bias,
    take_projection,
)
from keras_wavenet.converters.vincentherrmann import (
    Vincentherrmann,
    has_biases,
    take_block,
)

_ENCODER = r"(.*\.)?encoder(\.\d+)*\.weight"
_DECODER = r"(.*\.)?decoder(\.\d+)*\.output_transform\.weight"
_COMPANDINGS = {"mu-law": "mu_law_s4", "linear": "linear_s4"}
_SCALED = (
    "Its codes are those of clips that are scaled to the range from -1 to 1, each by "
    "its least and its greatest sample."
)
_START = (
    "Its network begins with zeros, and so does the model. Its scripts put silence "
    "before a clip, longer than the receptive field: --start silence converts that."
)


class S4(Family):
    """vincentherrmann's network between an embedding and one more projection."""

    name = "s4"
    project = "state-spaces/s4"
    anchors = Vincentherrmann.anchors

    def prefix(self, names: Collection[str]) -> str | None:
        inner = super().prefix(names)
        has_both = all(_named(names, pattern) for pattern in (_ENCODER, _DECODER))
        return "" if inner is not None and has_both else None

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        quantization = hparams.choose("quantization", tuple(_COMPANDINGS), "mu-law")
        encoder, decoder = (_named(arrays.names, p) for p in (_ENCODER, _DECODER))
        inner = arrays.behind(super().prefix(arrays.names))
        levels, width = arrays.shape(encoder, rank=2)
        layers = inner.count("filter_convs.{}.weight")
        residual = kernel_shape(inner, "start_conv")[0]
        end, skip, _ = kernel_shape(inner, "end_conv_1")
        cycle = hparams.given("layers")
        cycle = None if cycle is None else hparams.get("layers", 10)
        arguments = {
            "dilations": hparams.dilations(layers, cycle, usual_cycle=10),
            "distribution": {
                "name": "categorical",
                "levels": levels,
                "companding": _COMPANDINGS[quantization],
            },
            "start": hparams.choose("start", STARTS, "zeros"),
        }
        embedding = arrays.take(encoder, "initial/kernel, a factor", (levels, width))
        to = "initial/kernel, a factor"
        start = take_projection(inner, "start_conv", to, (residual, width))
        bias = take_bias(
            inner,
            "start_conv",
            "initial/kernel, added",
            residual,
            required=has_biases(inner),
        )
        found = Layers(
            (embedding @ start)[None],
            bias,
            [take_block(inner, i, layers, residual, skip) for i in range(layers)],
            take_projection(inner, "end_conv_1", "post/kernel", (end, skip)),
            take_bias(inner, "end_conv_1", "post/bias", end, required=True),
            *_take_output(arrays, inner, decoder, (levels, end)),
        )
        notes = [_SCALED] if arguments["start"] == "silence" else [_SCALED, _START]
        return Network(found, arguments, notes)


def _take_output(arrays, inner, decoder, shape):
    """The last projection and the one after it, as one: kernel and bias."""
    levels, end = shape
    classes = kernel_shape(inner, "end_conv_2")[0]
    to, bias_to = "output/kernel, a factor", "output/bias, a term"
    kernel = take_projection(inner, "end_conv_2", to, (classes, end))
    bias = take_bias(inner, "end_conv_2", bias_to, classes, required=True)
    last = arrays.take(decoder, to, (levels, classes)).T
    name = decoder.removesuffix(".weight")
    last_bias = take_bias(arrays, name, bias_to, levels, required=True)
    return kernel @ last, bias @ last + last_bias


def _named(names, pattern):
    """The first name of a pattern, or None."""
    return next((name for name in names if re.fullmatch(pattern, name)), None)
