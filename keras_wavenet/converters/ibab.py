"""Checkpoints of ibab/tensorflow-wavenet, TensorFlow 1."""

from dataclasses import dataclass

import numpy as np

from keras_wavenet.config import STARTS
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers

_LAYER = "dilated_stack/layer{}"
_OPTIMIZER = r".*/(Adam|Adam_1|Momentum|RMSProp|RMSProp_1)|.*(beta[12]_power|_step)"
# Its biases are variables without a name of their own, numbered as they were created.
_UNNAMED = ("Variable", "Variable_1", "Variable_2", "Variable_3")
_NAMED = ("filter_bias", "gate_bias", "dense_bias", "slip_bias")


class Ibab(Family):
    """The most forked WaveNet: codes or scalars in, codes out, a global condition."""

    name = "ibab"
    project = "ibab/tensorflow-wavenet"
    anchors = ("causal_layer/filter", "dilated_stack/layer0/gate")

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        sizes = _Sizes.of(arrays)
        arrays.leave_out(_OPTIMIZER, "of the optimizer")
        arguments = {
            "dilations": hparams.dilations(sizes.layers, None, usual_cycle=10),
            "distribution": {"name": "categorical", "levels": sizes.levels},
            "input_encoding": "waveform" if sizes.inputs == 1 else "codes",
            "start": hparams.choose("start", STARTS, "silence"),
        }
        others, channels = self._global_condition(arrays, arguments)
        skip = sizes.skip
        layers = Layers(
            _take_initial(arrays, sizes),
            None,
            [_take_block(arrays, i, sizes, channels) for i in range(sizes.layers)],
            *_take_post(arrays, 0, "post", (1, skip, skip)),
            *_take_post(arrays, 1, "output", (1, skip, sizes.levels)),
            others,
        )
        _check(hparams, sizes, layers)
        return Network(layers, arguments)

    def _global_condition(self, arrays, arguments):
        """The embedding of speakers, and the channels of the condition, 0 without."""
        if "embeddings/gc_embedding" in arrays:
            speakers, channels = arrays.shape("embeddings/gc_embedding")
            arguments.update(speakers=speakers, speaker_channels=channels)
            path = "global_condition/embedding"
            shape = (speakers, channels)
            return {path: arrays.take("embeddings/gc_embedding", path, shape)}, channels
        if "dilated_stack/layer0/gc_gate" in arrays:
            channels = arrays.shape("dilated_stack/layer0/gc_gate")[1]
            arguments["global_channels"] = channels
            return {}, channels
        return {}, 0


@dataclass(frozen=True)
class _Sizes:
    """What the shapes tell."""

    layers: int
    taps: int
    initial_taps: int
    inputs: int
    residual: int
    dilation: int
    skip: int
    levels: int

    @classmethod
    def of(cls, arrays):
        taps, _, dilation = arrays.shape(_LAYER.format(0) + "/filter", rank=3)
        skip = arrays.shape(_LAYER.format(0) + "/skip", rank=3)[2]
        levels = arrays.shape("postprocessing/postprocess2", rank=3)[2]
        initial = arrays.shape("causal_layer/filter", rank=3)
        if initial[1] not in (1, levels):
            raise ValueError(
                f"`causal_layer/filter` must have 1 or {levels} inputs, as many as "
                f"there are codes. Received: shape={initial}"
            )
        layers = arrays.count(_LAYER + "/filter")
        return cls(layers, taps, *initial, dilation, skip, levels)


def _check(hparams, sizes, layers):
    """Refuse settings unlike the shapes."""
    scalar = sizes.inputs == 1
    hparams.check(
        filter_width=sizes.taps,
        residual_channels=sizes.residual,
        dilation_channels=sizes.dilation,
        skip_channels=sizes.skip,
        quantization_channels=sizes.levels,
        use_biases=layers.use_bias,
        scalar_input=scalar,
        **({"initial_filter_width": sizes.initial_taps} if scalar else {}),
    )


def _take_initial(arrays, sizes):
    shape = (sizes.initial_taps, sizes.inputs, sizes.residual)
    return arrays.take("causal_layer/filter", "initial/kernel", shape)


def _take_block(arrays, i, sizes, channels):
    layer, block = _LAYER.format(i), f"block_{i}"
    residual, dilation, skip = sizes.residual, sizes.dilation, sizes.skip

    def take(name, path, shape):
        return arrays.take(f"{layer}/{name}", path, shape)

    def halves(names, path, shape):
        ends = ("first half", "second half")
        parts = [
            take(name, f"{block}/{path}, {end}", shape)
            for name, end in zip(names, ends, strict=True)
        ]
        return np.concatenate(parts, axis=-1)

    kernel = halves(
        ("filter", "gate"), "filter_gate/kernel", (sizes.taps, residual, dilation)
    )
    conditions = {}
    if channels:
        path, shape = "conditioning/global_kernel", (1, channels, dilation)
        conditions["global"] = halves(("gc_filter", "gc_gate"), path, shape)[0]
    is_last = i == sizes.layers - 1
    projection = UNUSED if is_last else f"{block}/residual"
    rows = f"skip/kernel, rows of {block}"
    found = Block(
        kernel=kernel,
        residual=take("dense", projection, (1, dilation, residual))[0],
        skip=take("skip", rows, (1, dilation, skip))[0],
        conditions=conditions,
    )
    names = _NAMED if f"{layer}/{_NAMED[0]}" in arrays else _UNNAMED
    if f"{layer}/{names[0]}" in arrays:
        found.bias = halves(names[:2], "filter_gate/bias", (dilation,))
        found.residual_bias = take(names[2], projection, (residual,))
        found.skip_bias = take(names[3], "skip/bias, a term", (skip,))
    return found


def _take_post(arrays, number, path, shape):
    """The kernel and the bias of one of the last two projections."""
    name = f"postprocessing/postprocess{number + 1}"
    kernel = arrays.take(name, f"{path}/kernel", shape)[0]
    suffix = f"_{number}" if number else ""
    for bias in (f"postprocessing/Variable{suffix}", f"{name}_bias"):
        if bias in arrays:
            return kernel, arrays.take(bias, f"{path}/bias", shape[2:])
    if any(f"{_LAYER.format(0)}/{names[0]}" in arrays for names in (_UNNAMED, _NAMED)):
        arrays.shape(f"postprocessing/Variable{suffix}")  # refuses: the others have one
    return kernel, None
