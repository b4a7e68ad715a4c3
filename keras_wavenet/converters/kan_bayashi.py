"""Checkpoints of kan-bayashi/PytorchWaveNetVocoder."""

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

_FRAMES = "The network takes a frame for each sample (hop = 1)."
_HALVES = (("tanh", "first half"), ("sigmoid", "second half"))


class KanBayashi(Family):
    """Codes in, codes out; frames for each sample, or repeated by a learned kernel."""

    name = "kan-bayashi"
    project = "kan-bayashi/PytorchWaveNetVocoder"
    anchors = ("causal.conv.weight", "dil_sigmoid.0.conv.weight")

    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        residual, levels, taps = kernel_shape(arrays, "causal.conv")
        count = arrays.count("dil_sigmoid.{}.conv.weight")
        skip = kernel_shape(arrays, "conv_post_1")[0]
        channels = kernel_shape(arrays, "aux_1x1_tanh.0")[1]
        depth = hparams.given("dilation_depth")
        cycle = None if depth is None else hparams.get("dilation_depth", 10)
        upsampling, weights = _take_upsampling(arrays, hparams)
        arguments = {
            "dilations": hparams.dilations(count, cycle, usual_cycle=10),
            "distribution": {
                "name": "categorical",
                "levels": levels,
                "companding": "mu_law_kan_bayashi",
            },
            "start": hparams.choose("start", STARTS, "silence"),
            "local_channels": channels,
            **upsampling,
        }
        initial = take_kernel(
            arrays, "causal.conv", "initial/kernel", (residual, levels, taps)
        )
        added = take_bias(
            arrays, "causal.conv", "initial/kernel, added", residual, required=True
        )
        blocks = [
            _take_block(arrays, i, count, (residual, skip, channels))
            for i in range(count)
        ]
        found = Layers(
            initial,
            added,
            blocks,
            take_projection(arrays, "conv_post_1", "post/kernel", (skip, skip)),
            take_bias(arrays, "conv_post_1", "post/bias", skip, required=True),
            take_projection(arrays, "conv_post_2", "output/kernel", (levels, skip)),
            take_bias(arrays, "conv_post_2", "output/bias", levels, required=True),
            weights,
        )
        hparams.check(
            n_quantize=levels,
            n_aux=channels,
            n_resch=residual,
            n_skipch=skip,
            kernel_size=taps,
        )
        notes = [] if weights else [_FRAMES]
        return Network(found, arguments, notes)


def _take_upsampling(arrays, hparams):
    """Arguments of `keras_wavenet.WaveNet`, and weights by path.

    Sample p of a frame is the frame times tap p, and a bias, in each channel. Before a
    clip the project repeats the conditions of its first sample.
    """
    name, path = "upsampling.conv", "upsampling/kernel_0"
    if f"{name}.weight" not in arrays:
        return {"hop": 1, "upsampling": "repeat"}, {}
    kernel = arrays.take(f"{name}.weight", path, (1, 1, 1, None))[0, 0]
    hop = kernel.shape[1]
    hparams.check(upsampling_factor=hop)
    path_of_bias = "upsampling/bias_0"
    bias = take_bias(arrays, name, path_of_bias, 1, required=True)
    upsampling = {
        "kind": "transposed",
        "kernel_sizes": [hop],
        "shared_kernel": True,
        "use_bias": True,
        "edges": "first_row",
    }
    weights = {path: kernel, path_of_bias: np.repeat(bias, hop)}
    return {"hop": hop, "upsampling": upsampling}, weights


def _take_block(arrays, i, count, sizes):
    (residual, skip, channels), block = sizes, f"block_{i}"
    taps = kernel_shape(arrays, "dil_tanh.0.conv")[2]
    kernels, conditions, biases = [], [], []
    for half, end in _HALVES:
        name, to = f"dil_{half}.{i}.conv", f"{block}/filter_gate"
        shape = (residual, residual, taps)
        kernels.append(take_kernel(arrays, name, f"{to}/kernel, {end}", shape))
        bias = take_bias(arrays, name, f"{to}/bias, {end}", residual, required=True)
        name, path = f"aux_1x1_{half}.{i}", f"{block}/conditioning/local_kernel, {end}"
        condition = take_projection(arrays, name, path, (residual, channels))
        conditions.append(condition)
        constant = take_bias(
            arrays, name, f"{to}/bias, {end}, added", residual, required=True
        )
        biases.append(bias + constant)
    to = UNUSED if i == count - 1 else f"{block}/residual"
    rows = f"skip/kernel, rows of {block}"
    return Block(
        kernel=np.concatenate(kernels, axis=-1),
        bias=side_by_side(*biases),
        residual=take_projection(arrays, f"res_1x1.{i}", to, (residual, residual)),
        residual_bias=take_bias(arrays, f"res_1x1.{i}", to, residual, required=True),
        skip=take_projection(arrays, f"skip_1x1.{i}", rows, (skip, residual)),
        skip_bias=take_bias(
            arrays, f"skip_1x1.{i}", "skip/bias, a term", skip, required=True
        ),
        conditions={"local": np.concatenate(conditions, axis=-1)},
    )
