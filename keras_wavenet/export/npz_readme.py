"""The README of the format `npz`: layouts, and the computation of a sample."""

from typing import Any

import numpy as np

from keras_wavenet.export import readme
from keras_wavenet.export.metadata import describe_model

ARRAYS = """\
## Files

`weights.npz` holds all weights as plain arrays, float32 where nothing else is said:
`numpy.load("weights.npz", allow_pickle=False)`. `metadata.json` holds all other
numbers. Products are of row vectors, `x @ kernel`; kernels of convolutions begin with
their taps, the oldest first; blocks are the first axis.

| array | shape |
| --- | --- |
{rows}
"""

STEP = """\
## One sample

The network takes sample t - 1, a number in [-1, 1], and gives the parameters of the
distribution of sample t. It remembers earlier inputs of its layers.

1. Input of the first layer. {encoding}
2. First layer. {first}{activation}
3. Blocks l = 0, 1, ..., {last_block}, of dilation d = `dilations[l]`, each with its own
   queue of past values of x. Tap j of {taps} is the value of x at d * ({taps} - 1 - j)
   steps before this one; the last tap is x itself.

       a = sum over j of tap[j] @ filter_gate[l, j]
           + filter_gate_bias[l]{gate_condition}
       z[l] = tanh(a[:{depth}]) * sigmoid(a[{depth}:])
       x = (x + z[l] @ residual[l] + residual_bias[l]){scale}   # not in the last block

4. Outputs. `parts` are {parts}, side by side.

       hidden = relu(parts @ skip + skip_bias)
       hidden = relu(hidden @ post + post_bias{post_condition})
       parameters = hidden @ output + output_bias
{prediction_step}
"""

ENCODINGS = {
    "waveform": "The sample itself, a number `value`.",
    "codes": (
        "The code of the sample: the number of `edges` that are not above it, the "
        "sample\n   in float32."
    ),
    "companded": (
        "`value = inputs[code]`, where the code is the number of `edges` that are not\n"
        "   above the sample, the sample in float32."
    ),
}

ENCODINGS["mu_law"] = (
    "`value = sign(s) log(1 + {mu} |s|) / log(1 + {mu})` of the sample s."
)

SILENCE = """\
## Start

The context of the first sample is silence. Begin with queues of zeros, and run the
network over {history:,} samples of 0.0{rows}, without drawing; the queues are then
those of silence. The input for sample 0 is one more sample of 0.0.
"""

SILENCE_SHORT = """\
All inputs being equal, one step does the same: in each layer, before its taps are read,
fill its whole queue with its present input.
"""

ZEROS = """\
## Start

The first sample has no context: all queues hold zeros{codes}. The input for sample 0 is
one sample of 0.0. To continue after a recording, run the network over it without
drawing.
"""

CONDITION = """\
## Conditions

Each sample has a row of {width} channels, `condition`: {gates}{post}. It is the sum of
{terms}.
"""

PREDICTION = """\
## Linear prediction

The network models the difference between a sample and its linear prediction from the
last {order} samples. The predictor of a frame of `local` is computed in float64:

    m = local[{mel}]
    bands = exp(m * prediction_slope + prediction_offset)
    spectrum = maximum(bands @ prediction_inverse, {least:.3g})
    r = {square} @ prediction_lags     # autocorrelations 0 to {order}
    c, power = [], r[0]                              # Levinson and Durbin
    for i = 1, ..., {order}:
        k = (r[i] - c[0] r[i-1] - ... - c[i-2] r[1]) / maximum(power, 1e-30)
        c = [c[0] - k c[i-2], c[1] - k c[i-3], ..., c[i-2] - k c[0], k]
        power = power * (1 - k * k)
    scale = maximum({laplacian:.17g} * sqrt(maximum(power, 0) / {energy:.17g}), {floor})

The frame of sample t is floor(t / {hop}). Before each step, with the predictor of the
frame of sample t, and x[t - 1] the newest sample:

    residual = clip((x[t-1] - prediction) / ({most} * scale), -1, 1)   # those of t - 1
    prediction = c[0] x[t-1] + c[1] x[t-2] + ... + c[{last}] x[t-{order}]
    scale = that of the frame of sample t

At the start x is zeros, `prediction` 0 and `scale` 1. The first layer has three
signals: 0 is the sample, 1 the residual, 2 the new prediction.
"""


def chapters(model: Any, arrays: dict[str, np.ndarray]) -> str:
    """The chapters about a model.

    Args:
        model: A `keras_wavenet.WaveNet`.
        arrays: Content of `weights.npz`.
    """
    metadata = describe_model(model)
    rows = [_row(name, array) for name, array in arrays.items()]
    parts = [
        ARRAYS.format(rows="\n".join(rows)),
        _step(metadata, arrays),
        _start(metadata),
        _conditions(metadata, arrays),
        _prediction(metadata),
        readme.chapters_of_all(metadata),
    ]
    return "\n\n".join(part.strip() for part in parts if part)


def _row(name, array):
    dtype = "" if array.dtype == "float32" else f" {array.dtype}"
    return f"| `{name}` | `{array.shape}`{dtype} |"


def _step(metadata, arrays):
    depth = arrays["filter_gate"].shape[3] // 2
    scale = metadata["residual_scale"]
    conditioned = any(name.startswith("condition_") for name in arrays)
    gates = len(metadata["dilations"]) * 2 * depth
    first = f" + condition[{2 * depth} l : {2 * depth} (l + 1)]"
    return STEP.format(
        encoding=ENCODINGS[metadata["input"]["encoding"]].format(**metadata["input"]),
        first=_first_layer(metadata),
        activation=_activation(metadata["initial_activation"]),
        last_block=len(metadata["dilations"]) - 1,
        taps=metadata["kernel_size"],
        depth=depth,
        gate_condition=first if conditioned else "",
        scale="" if scale == 1 else f" * {scale:.9g}",
        parts="x of step 2 and all z[l]" if metadata["initial_skip"] else "all z[l]",
        post_condition=(
            f" + condition[{gates}:]" if metadata["post_conditioning"] else ""
        ),
        prediction_step=_relocation(metadata),
    )


def _first_layer(metadata):
    taps = metadata["initial_kernel_size"]
    inputs = "the inputs of this sample"
    if taps > 1:
        inputs = f"the inputs of the last {taps} samples, the oldest first"
    by_code = metadata["input"]["encoding"] == "codes"
    each = "initial[s, j, code[j]]" if by_code else "value[j] * initial[s, j, 0]"
    signals = ""
    if metadata["linear_prediction"]:
        signals = (
            " Each of the three signals of the\n   linear prediction, below, is an "
            "input of its own, with codes and a queue of its own."
        )
    numbers = "s = 0, 1, 2" if signals else "one signal, s = 0"
    return (
        f"With {inputs},\n   `x = initial_bias + sum over signals s and taps j of "
        f"{each}`.\n   There is {numbers}.{signals}"
    )


def _activation(name):
    return "" if name is None else f"\n   Then `x = {name}(x)`."


def _relocation(metadata):
    if not metadata["linear_prediction"]:
        return ""
    return (
        "5. Linear prediction. `means = prediction + scale * means`, and\n"
        "   `log scales = log scales + log(scale)`, of the new prediction and its\n"
        "   scale.\n"
    )


def _start(metadata):
    local = metadata["conditions"].get("local")
    if metadata["start"] == "zeros":
        by_code = metadata["input"]["encoding"] == "codes"
        codes = ", and those of the first layer have no codes: they add nothing to x"
        return ZEROS.format(codes=codes if by_code else "")
    rows = ""
    if metadata["conditions"]:
        first = -metadata["history"]
        rows = f", with the conditions of samples {first} to -1"
    text = SILENCE.format(history=metadata["history"], rows=rows)
    return text + ("" if local else "\n" + SILENCE_SHORT)


def _conditions(metadata, arrays):
    from keras_wavenet.export import npz_conditions

    kernels = [name for name in arrays if name.startswith("condition_")]
    if not kernels:
        return ""
    depth = arrays["filter_gate"].shape[3]
    width = arrays[kernels[0]].shape[1]
    post = (
        "" if not metadata["post_conditioning"] else ", and the rest to the last ReLU"
    )
    return (
        CONDITION.format(
            width=width,
            gates=f"{depth} channels are added in the gates of each block",
            post=post,
            terms=", ".join(npz_conditions.terms(kernels)),
        )
        + "\n"
        + npz_conditions.chapters(metadata, arrays)
    )


def _prediction(metadata):
    prediction = metadata["linear_prediction"]
    if prediction is None:
        return ""
    order, power = prediction["order"], prediction["power"]
    return PREDICTION.format(
        order=order,
        last=order - 1,
        mel=":".join(map(str, prediction["mel_channels"])),
        least=prediction["least_magnitude"] ** power,
        square="(spectrum * spectrum)" if power == 1 else "spectrum",
        laplacian=prediction["laplacian"],
        energy=prediction["window_energy"],
        floor=prediction["least_scale"],
        hop=metadata["conditions"]["local"]["hop"],
        most=prediction["max_residual"],
    )
