"""Checkpoints of the WaveNet of Rayhane-mamah/Tacotron-2, TensorFlow 1."""

import math
from collections.abc import Collection

from keras_wavenet.config import STARTS
from keras_wavenet.converters import rayhane_upsampling
from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.family import Family, Network
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import UNUSED, Block, Layers
from keras_wavenet.converters.rayhane_variables import Variables, by_role

_SCALARS = {"raw": "waveform", "mulaw": "mu_law"}
_MU, _CODES = 255, 256  # always, whatever the number of codes is
_LAYER = "residual_block_{}_conv_{}"
_CONDITIONS = {"local": "cin", "global": "gin"}


class Rayhane(Family):
    """As r9y9's, with other upsampling: codes or samples in, mel frames, speakers."""

    name = "rayhane"
    project = "Rayhane-mamah/Tacotron-2"
    anchors = ("input_convolution/kernel", "residual_block_causal_conv_0/kernel")
    sample_rate = 22050

    def prefix(self, names: Collection[str]) -> str | None:
        """As of any family; what stands before names differs from layer to layer."""
        for averaged in (True, False):
            roles = by_role(names, averaged)
            if all(anchor in roles for anchor in self.anchors):
                return ""
        return None

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        variables = Variables(arrays)
        count = variables.count("residual_block_causal_conv_{}/kernel")
        stacks = hparams.given("stacks")
        cycle = None if stacks is None else count // max(hparams.get("stacks", 2), 1)
        is_scaled = hparams.get("residual_legacy", True)
        arguments = {
            "dilations": hparams.dilations(count, cycle, usual_cycle=10),
            "residual_scale": math.sqrt(0.5) if is_scaled else 1.0,
            "skip_scaling": "running" if hparams.get("legacy", True) else None,
            "start": hparams.choose("start", STARTS, "zeros"),
            "dropout": hparams.get("wavenet_dropout", 0.05),
            **_input_and_output(variables, hparams),
        }
        others, channels = _take_conditions(variables, hparams, arguments)
        found = _take_layers(variables, count, channels, others)
        variables.leave_out_others()
        sizes = found.sizes
        hparams.check(
            use_bias=found.blocks[0].bias is not None,
            layers=count,
            residual_channels=sizes["residual_channels"],
            gate_channels=2 * sizes["dilation_channels"],
            skip_out_channels=sizes["skip_channels"],
            kernel_size=sizes["kernel_size"],
            out_channels=found.output.shape[1],
            cin_channels=channels.get("local", -1),
            gin_channels=channels.get("global", -1),
        )
        return Network(found, arguments, _notes(variables, hparams))


def _notes(variables, hparams):
    kind = "moving averages" if variables.averaged else "last values: no averages"
    notes = [f"The weights are {kind} of the training."]
    if hparams.given("preemphasize") is not False:
        notes.append(
            "The audio that it models is pre-emphasized (`preemphasize`): invert the "
            "filter in what is generated."
        )
    return notes


def _input_and_output(variables, hparams):
    """Arguments of `keras_wavenet.WaveNet`: distribution and input."""
    inputs = variables.shape("input_convolution/kernel", rank=3)[1]
    outputs = variables.shape("final_convolution_2/kernel", rank=3)[2]
    if inputs > 1:
        return _of_codes(inputs, outputs, hparams)
    input_type = hparams.choose("input_type", _SCALARS, "raw")
    if outputs != 2 and outputs % 3:
        raise ValueError(
            "A network of samples must have 2 outputs, or 3 for each component of a "
            f"mixture. Received: {outputs} outputs"
        )
    distribution = {"levels": hparams.get("quantize_channels", 2**16)}
    if outputs == 2:
        least = hparams.get("log_scale_min_gauss", math.log(1e-7))
        distribution |= {"name": "gaussian", "components": 1}
    else:
        least = hparams.get("log_scale_min", math.log(1e-14))
        distribution |= {"name": "logistic_mixture", "components": outputs // 3}
    distribution["min_log_scale"] = least
    if input_type == "mulaw":
        distribution["mu"] = _MU
    return {"distribution": distribution, "input_encoding": _SCALARS[input_type]}


def _of_codes(inputs, outputs, hparams):
    if (inputs, outputs) != (_CODES, _CODES):
        raise ValueError(
            f"A network of codes must have {_CODES} inputs and outputs: the project "
            f"has mu = {_MU} always. Received: {inputs} inputs and {outputs} outputs"
        )
    hparams.check(input_type="mulaw-quantize", quantize_channels=inputs)
    distribution = {
        "name": "categorical",
        "levels": inputs,
        "companding": "mu_law_r9y9",
    }
    return {"distribution": distribution, "input_encoding": "codes"}


def _take_conditions(variables, hparams, arguments):
    """Weights by path, and channels by condition; adds arguments."""
    others, channels = {}, {}
    for condition, kind in _CONDITIONS.items():
        role = _LAYER.format(kind, 0) + "/kernel"
        if role in variables:
            channels[condition] = variables.shape(role, rank=3)[1]
    if "local" in channels:
        width = channels["local"]
        upsampling, others = rayhane_upsampling.take(variables, width, hparams)
        arguments.update(local_channels=width, **upsampling)
    if "global" in channels and "gc_embedding" not in variables:
        arguments["global_channels"] = channels["global"]
    elif "gc_embedding" in variables:
        path, width = "global_condition/embedding", channels.get("global")
        embedding = variables.take("gc_embedding", path, (None, width))
        arguments.update(speakers=len(embedding), speaker_channels=embedding.shape[1])
        hparams.check(n_speakers=len(embedding))
        others[path] = embedding
    return others, channels


def _take_layers(variables, count, channels, others):
    _, inputs, residual = variables.shape("input_convolution/kernel", rank=3)
    first, post, last = (
        "input_convolution",
        "final_convolution_1",
        "final_convolution_2",
    )
    skip, outputs = variables.shape(f"{last}/kernel", rank=3)[1:]
    initial = variables.take(f"{first}/kernel", "initial/kernel", (1, inputs, residual))
    to = "initial/bias" if inputs == 1 else "initial/kernel, added"
    blocks = [
        _take_block(variables, i, count, (residual, skip), channels)
        for i in range(count)
    ]
    return Layers(
        initial,
        variables.take_bias(first, to, residual),
        blocks,
        variables.take_projection(post, "post/kernel", (skip, skip)),
        variables.take_bias(post, "post/bias", skip),
        variables.take_projection(last, "output/kernel", (skip, outputs)),
        variables.take_bias(last, "output/bias", outputs),
        others,
    )


def _take_block(variables, i, count, sizes, channels):
    (residual, skip), block = sizes, f"block_{i}"
    taps, _, gates = variables.shape("residual_block_causal_conv_0/kernel", rank=3)
    has_bias = "residual_block_causal_conv_0/bias" in variables

    def take_bias(layer, target, width):
        return variables.take_bias(layer, target, width) if has_bias else None

    name, to = _LAYER.format("causal", i), f"{block}/filter_gate"
    shape = (taps, residual, gates)
    kernel = variables.take(f"{name}/kernel", f"{to}/kernel", shape)
    bias = take_bias(name, f"{to}/bias", gates)
    conditions = {}
    for condition, width in channels.items():
        name = _LAYER.format(_CONDITIONS[condition], i)
        path = f"{block}/conditioning/{condition}_kernel"
        conditions[condition] = variables.take_projection(name, path, (width, gates))
        if has_bias:
            bias = bias + take_bias(name, f"{to}/bias, added", gates)
    out, skips = _LAYER.format("out", i), _LAYER.format("skip", i)
    to = UNUSED if i == count - 1 else f"{block}/residual"
    rows = f"skip/kernel, rows of {block}"
    return Block(
        kernel=kernel,
        bias=bias,
        residual=variables.take_projection(out, to, (gates // 2, residual)),
        residual_bias=take_bias(out, to, residual),
        skip=variables.take_projection(skips, rows, (gates // 2, skip)),
        skip_bias=take_bias(skips, "skip/bias, a term", skip),
        conditions=conditions,
    )
