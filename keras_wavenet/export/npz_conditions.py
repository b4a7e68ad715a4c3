"""The README of the format `npz`: from conditioning inputs to rows of samples."""

from typing import Any

import numpy as np

from keras_wavenet.export import readme

_TERMS = {
    "condition_global": "`v @ condition_global`",
    "condition_local": "`u[t] @ condition_local`",
    "condition_context": "`c @ condition_context`",
}
_VECTOR = {
    "speaker": "`speakers[number]`",
    "tags": "`tags`, 1 for each tag that is given and 0 for the others",
    "global": "`global`",
}

ENCODER = """\
Frames e are encoded. Those beyond the first and the last frame are equal to that one.
The input of layer 0 is the frame{vector}; each of the {layers} layers is centered,
with h its input:

    y[f] = sum over j of h[f + j - {half}] @ encoder_kernel_i[j] + encoder_bias_i
    layer 0: e[f] = relu(y[f])        others: e[f] = relu(h[f] + y[f])
"""

PLAIN = """\
The frames e are those of `local`; frames beyond the first and the last one are equal to
that one.
"""

PLAIN_ZEROS = """\
The frames e are those of `local`; frames beyond the first and the last one are zeros.
"""

LINEAR = """\
Rows are interpolated between the middles of frames. With m = (t - {middle}) / {hop} and
f = floor(m): `u[t] = (1 - (m - f)) e[f] + (m - f) e[f + 1]`.
"""

REPEAT = "`u[t] = e[floor(t / {hop})]`.\n"

INITIAL = """\
First `e[f] = sum over j of e[f + j - {half}] @ upsampling_initial_kernel[j]`{zeros}.
"""

INITIAL_ZEROS = """,
for f from {half} on and up to {half} before the last frame; all others are zeros"""

TRANSPOSED = """\
Stage i of {count}, with K = `upsampling_kernel_i`, makes {scales} rows of each row.
With its scale s, K's taps n and left = floor((n - s) / 2):

    y[t] = sum over f of e[f] @ K[t + left - f s]{bias}, for 0 <= t + left - f s < n
"""

SHARED = """\
Stage i of {count}, with K = `upsampling_kernel_i`, (neighboring channels h, taps),
makes {scales} rows of each row. With its scale s, n taps and left = floor((n - s) / 2),
in channel q:

    y[t][q] = sum over h and f of e[f][q + h - {high}] K[h, t + left - f s]{bias},
              for 0 <= t + left - f s < n

Channels beyond the first and the last one are zeros.
"""

STRETCH = """\
Stage i of {count}, with K = `upsampling_kernel_i`, (neighboring channels h, taps j),
makes {scales} rows of each row; with its scale s, in channel q:

    y[t][q] = sum over h and j of
              e[floor((t + j - floor(taps / 2)) / s)][q + h - {high}] K[h, j]{bias}

Channels beyond the first and the last one are zeros.
"""

CONTEXT = """\
`c` is the output of a small network over frames of {hop} samples, the context stack. It
conditions the {hop} samples after a frame: run it after each of samples {last}, {next},
and so on, over the {hop} newest samples, oldest first, as `frame`:

    x = frame @ context_frame + context_frame_bias
    for each block l of {blocks}, of dilation d = context_dilations[l], with a queue of
    its past x, in frames:
        a = context_filter_gate_bias[l] + sum over j of
            x[d * ({taps} - 1 - j) frames before] @ context_filter_gate[l, j]
        z[l] = tanh(a[:{width}]) * sigmoid(a[{width}:])
        x = x + z[l] @ context_residual[l] + context_residual_bias[l]  # not the last
    c = relu(all z[l] side by side @ context_output + context_output_bias)

It starts after silence, whatever the start of the network: run it over one frame of
zeros, and in each block, before its taps are read, fill its whole queue with its
present x. That c is the one of samples 0 to {last}, and of all before.
"""


_TEMPLATES = {
    ("transposed", False): TRANSPOSED,
    ("transposed", True): SHARED,
    ("stretch", False): STRETCH,
}


def terms(kernels: list[str]) -> list[str]:
    """The terms of a condition, of the names of their kernels."""
    return [_TERMS[name] for name in kernels]


def chapters(metadata: dict[str, Any], arrays: dict[str, np.ndarray]) -> str:
    """How `v`, `u[t]` and `c` are made."""
    parts = []
    given = [text for n, text in _VECTOR.items() if n in metadata["conditions"]]
    if given:
        parts.append(f"`v` is {', '.join(given)}, side by side.")
    if "local" in metadata["conditions"]:
        parts.append(readme.frames(metadata))
        parts.append(_encoding(metadata, arrays, bool(given)))
        parts.append(_upsampling(metadata["conditions"]["local"], arrays))
    if "context_frame" in arrays:
        parts.append(_context(arrays))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _encoding(metadata, arrays, has_vector):
    local = metadata["conditions"]["local"]
    encoder = local["frame_encoder"]
    if encoder is None:
        is_zeros = local["upsampling"].get("edges") == "zeros"
        return PLAIN_ZEROS if is_zeros else PLAIN
    return ENCODER.format(
        vector=" and `v` after it" if has_vector else "",
        layers=encoder["layers"],
        half=len(arrays["encoder_kernel_0"]) // 2,
    )


def _upsampling(local, arrays):
    own, hop = local["upsampling"], local["hop"]
    kind = own["kind"]
    if kind == "linear":
        return LINEAR.format(middle=hop // 2, hop=hop)
    is_zeros = own.get("edges") == "zeros"
    parts = []
    if "upsampling_initial_kernel" in arrays:
        half = len(arrays["upsampling_initial_kernel"]) // 2
        zeros = INITIAL_ZEROS.format(half=half) if is_zeros else ""
        parts.append(INITIAL.format(half=half, zeros=zeros))
    if kind == "repeat":
        return "\n\n".join([*parts, REPEAT.format(hop=hop)])
    scales = own["scales"]
    by_phase = kind == "stretch" or own["shared_kernel"]
    bias = " + upsampling_bias_i" + ("[t mod s]" if by_phase else "")
    parts.append(
        _TEMPLATES[kind, own["shared_kernel"]].format(
            count=len(scales),
            scales=" and ".join(map(str, scales)),
            high=arrays["upsampling_kernel_0"].shape[0] // 2 if by_phase else 0,
            bias=bias if "upsampling_bias_0" in arrays else "",
        )
    )
    if own["activation"]:
        slope = own["negative_slope"] if own["activation"] != "relu" else 0
        parts.append(f"Each stage then takes `max(y, 0) + {slope} min(y, 0)`.")
    if is_zeros:
        parts.append("Rows of no frame of the clip are zeros after each stage.")
    parts.append("The rows of the last stage are u[t].")
    if own["edges"] == "first_row":
        parts.append("Samples before the clip have the row of sample 0.")
    return "\n\n".join(part.strip() for part in parts)


def _context(arrays):
    kernel = arrays["context_filter_gate"]
    hop = len(arrays["context_frame"])
    return CONTEXT.format(
        hop=hop,
        last=hop - 1,
        next=2 * hop - 1,
        blocks=len(kernel),
        taps=kernel.shape[1],
        width=kernel.shape[2],
    )
