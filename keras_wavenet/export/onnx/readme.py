"""The chapters of the README of an ONNX export."""

from typing import Any

from keras_wavenet.export import readme
from keras_wavenet.export.metadata import describe_model
from keras_wavenet.export.onnx.graph import IR_VERSION, OPSET, onnx_package
from keras_wavenet.export.onnx.models import DOCS

_FILES = """\
## Files

The models need nothing but operators of ONNX, opset {opset}, IR version {ir}, which
onnxruntime has since 1.12: 1.15.1 and 1.32 were tried, onnxruntime-web, and the
interpreter of the Python package `onnx`. The axis of streams is open in all of them;
all arrays are row-major, and scalars have the shape `()`.

The state of streams is these tensors, which the models take by their names and return
as `next_...`, for the next call:

{state}

{rows}

A step has no `next_sample`: the drawn sample is that of the next call.
"""

_START = """\
## Start

{how}
"""

_STEADY = """\
`start.onnx` makes the state of streams that have had no sample. Before its first sample
this network takes silence: call `prefill.onnx` with {history} samples of 0{condition}.
An initial sample other than 0 is the last of them. A prime is followed after that, by
one more call with its samples.
"""

_ZEROS = """\
`start.onnx` makes the state of streams that have had no sample, and before its first
sample this network takes nothing else. A prime is followed by `prefill.onnx`.
"""

_CONDITION = """\
, and with the outputs of `conditions.onnx` for `start` -{history} and `count` {history}
"""

_LOOP = """\
## Loop

`loop.onnx` generates as many samples as there is noise for, in the order of time, and
returns the state after them. Chunks of one second or less keep the arrays small; the
samples depend on the sizes of the chunks by rounding alone. In Python:

{code}

`step.onnx` has the network alone, for programs that draw samples by themselves: it
returns the parameters of the distribution of the sample after `sample`.
"""

_CONTEXT = """\
## Context

`context` of the state is added to `condition`, or is the `condition` of a network
without other conditions, for {hop} samples. After these `context.onnx` takes them, and
has the `context` of the next {hop}: a chunk of the loop has at most as many samples.
`start.onnx` has that after silence, for `prefill.onnx`, too. The frames of a prime are
counted back from its end.
"""

_RATES = """\
Sums are added in another order than by `keras_wavenet`, so that parameters differ by
about 1e-6. Codes are the same but where a uniform number is that close to the edge of a
code. Samples of a mixture differ by as much, and a network that takes codes as inputs
takes another code at some time, in general within a second: from there on the audio is
another draw from the same distribution.
"""


def chapters(model: Any, models: dict[str, Any]) -> str:
    """The chapters of a model.

    Args:
        model: A `keras_wavenet.WaveNet`.
        models: `ModelProto`s by name.
    """
    metadata = describe_model(model)
    outputs = models["start"].graph.output
    state = [one.name.removeprefix("next_") for one in outputs]
    rows = [_interface(name, one, state) for name, one in models.items()]
    files = {"state": _state(outputs), "rows": "\n\n".join(rows)}
    parts = [
        _FILES.format(opset=OPSET, ir=IR_VERSION, **files),
        readme.frames(metadata),
        _START.format(how=_how_to_start(metadata, "conditions" in models)),
        _LOOP.format(code=_code(metadata, models)),
        _CONTEXT.format(**metadata["context_stack"]) if "context" in models else "",
        "## Differences\n\n" + _RATES,
        readme.chapters_of_all(metadata),
    ]
    return "\n\n".join(part.strip() for part in parts if part)


def _state(model):
    """The table of the state: the outputs of `start.onnx`."""
    rows = [_cells(value, value.name.removeprefix("next_")) for value in model]
    return "\n".join(["| | dtype | shape | |", "| --- | --- | --- | --- |", *rows])


def _interface(name, model, state):
    lines = [f"### {name}.onnx", "", DOCS[name], "", "| | | dtype | shape | |"]
    lines.append("| --- | --- | --- | --- | --- |")
    sides = {"input": model.graph.input, "output": model.graph.output}
    for side, values in sides.items():
        others = [one for one in values if one.name.removeprefix("next_") not in state]
        lines += [f"| {side} {_cells(one, one.name)}" for one in others]
        if len(others) < len(values):
            lines.append(f"| {side} | the state | | | |")
    return "\n".join(lines)


def _cells(value, name):
    tensor = value.type.tensor_type
    dtype = onnx_package().helper.tensor_dtype_to_np_dtype(tensor.elem_type)
    sizes = [one.dim_param or str(one.dim_value) for one in tensor.shape.dim]
    return f"| `{name}` | {dtype} | ({', '.join(sizes)}) | {value.doc_string} |"


def _how_to_start(metadata, is_conditioned):
    if metadata["start"] == "zeros":
        return _ZEROS
    history = metadata["history"]
    condition = _CONDITION.format(history=history).strip() if is_conditioned else ""
    return _STEADY.format(history=history, condition=condition)


_CODE = """\
import numpy as np
import onnxruntime


def load(name):
    return onnxruntime.InferenceSession(f"{name}.onnx")


def call(session, **inputs):
    names = [one.name for one in session.get_inputs()]
    inputs = {n: np.asarray(x) for n, x in inputs.items() if n in names}
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(None, inputs)))


def state_of(outputs):
    return {n[5:]: x for n, x in outputs.items() if n.startswith("next_")}


def noise(seed, start, count):  # of stream 0
    key = np.array([seed, 0], "uint64")
    words = np.random.Philox(key=key).random_raw(EACH * (start + count))
    steps = (words[EACH * start :] >> np.uint64(41)).astype("float32")
    return ((steps + 0.5) * np.float32(2**-23)).reshape(count, 1, EACH)

"""


def _code(metadata, models):
    """The loop in Python, for this model."""
    count = (metadata["context_stack"] or {"hop": 8000})["hop"]
    uniforms = metadata["distribution"]["uniforms_per_sample"]
    lines = _CODE.replace("EACH", str(uniforms)).splitlines()
    lines += _code_of_conditions(metadata, models) or [""]
    lines.append('state = state_of(call(load("start"), streams=1))')
    conditions = ", **conditions({})" if _is_conditioned(metadata) else ""
    if metadata["start"] != "zeros":
        history = metadata["history"]
        before = conditions.format(f"-{history}, {history}")
        lines += [
            f'silence = np.zeros(({history}, 1), "float32")',
            f'outputs = call(load("prefill"), samples=silence{before}, **state)',
            "state |= state_of(outputs)",
        ]
    options = "temperature=np.float32(1)"
    if "samples" in metadata["distribution"]:
        options += ", top_k=0, top_p=np.float32(1)"
    lines += [
        f"uniforms = noise(seed=0, start=0, count={count})  # ({count}, 1, {uniforms})",
        f"options = dict({options})",
        f"given = dict(uniforms=uniforms{conditions.format(f'0, {count}')})",
        'outputs = call(load("loop"), **given, **options, **state)',
        'samples = outputs["samples"]',
        "state |= state_of(outputs)",
    ]
    if "context" in models:
        lines += [
            'outputs = call(load("context"), **{**state, "samples": samples})',
            "state |= state_of(outputs)",
        ]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _is_conditioned(metadata):
    return bool(metadata["conditions"] or metadata["context_stack"])


def _code_of_conditions(metadata, models):
    """The function that returns the conditions of some samples."""
    if not _is_conditioned(metadata):
        return []
    lines, inputs = ["", "def conditions(start, count):"], _inputs(metadata)
    if inputs:
        lines.append(
            '    outputs = call(load("conditions"), start=start, count=count, **inputs)'
        )
        lines = ["", "inputs = {", *inputs, "}", "", *lines]
    if "context" in models and inputs:
        lines.append('    outputs["condition"] += state["context"]')
    elif "context" in models:
        lines.append('    outputs = {"condition": state["context"]}')
    return [*lines, "    return outputs", "", ""]


def _inputs(metadata):
    """Lines with an example of each condition of one stream."""
    known = metadata["conditions"]
    shapes = {
        name: (1, known[name][size])
        for name, size in {"tags": "count", "global": "channels"}.items()
        if name in known
    }
    values = {n: f'np.zeros({shape}, "float32")' for n, shape in shapes.items()}
    if "speaker" in known:
        values["speaker"] = "np.array([0])"
    if "local" in known:
        values["local"] = 'np.load("frames.npy").astype("float32")[None]'
    return [f'    "{name}": {values[name]},' for name in known]
