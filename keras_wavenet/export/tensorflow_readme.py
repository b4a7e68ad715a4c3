"""The README of the formats with TensorFlow signatures: `saved_model` and `litert`."""

from collections.abc import Mapping
from typing import Any

from keras_wavenet.export import readme
from keras_wavenet.export.metadata import describe_model

LOOP = """\
## Generating

The file keeps no state: each function returns what the next call needs. `B` is the
number of streams, which do not depend on each other.

{rows}1. `start` gives `queues`, the memory before sample 0.
2. `step` takes the queues, the newest sample, which is 0.0 before sample 0,
   {condition}and gives the parameters of the distribution of the next
   sample, and the next queues.
3. `draw` draws that sample, of uniform noise; see Noise below. Repeat from 2.

`queues` are numbers of no further meaning; keep them as they are. `temperature` is at
least 1e-6, which takes the most probable sample of a distribution of codes or of one
component. To continue after a recording, call `step` with its samples one after the
other, and draw only after the last.
"""

ROWS = """\
0. `rows` gives the conditions of samples, one row for each{one_row}.
"""

FRAMES = """\
## Frames

{frames}

`rows` takes n frames and {after} more at both ends, n + {more} in all, and gives the
rows of the n * {hop} samples of the n frames; `start` takes the {before} frames before
sample 0 and the {after} from it on. {beyond}
"""

REPEATED = "Frames beyond the first and the last one are equal to that one."
INSIDE = (
    "Frames beyond the first and the last one are equal to that one, and `inside` is 1 "
    "for the frames of the clip and 0 beyond."
)

GENERATE = """\
`generate` is the whole loop, compiled by XLA at its first call for each number of
samples: it takes the queues, the newest sample, {rows}and the uniform numbers of T
samples, and gives the T samples and the next queues.
"""

PREDICTOR = """\
The last {channels} channels of `rows` are the linear predictor of each sample, here
computed in float32: it differs from that of `generate`, in float64, by some hundredths
of the scale of the residual, and the samples differ accordingly. A program that needs
the same samples puts the predictor of the README of the format `npz` in its place.
"""


def chapters(model: Any, signatures: Mapping[str, Any], is_float64: bool) -> str:
    """The chapters about a model.

    Args:
        model: A `keras_wavenet.WaveNet`.
        signatures: The concrete functions of `tensorflow_functions.Signatures`.
        is_float64: Whether linear predictors are computed in float64.
    """
    metadata = describe_model(model)
    local = metadata["conditions"].get("local")
    parts = [_signatures(signatures), _loop(signatures, local)]
    if "generate" in signatures:
        rows = "the rows of T samples or of 1 for all, " if "rows" in signatures else ""
        parts.append(GENERATE.format(rows=rows))
    if local:
        parts.append(_frames(metadata, local, "inside" in _inputs(signatures)))
    if metadata["linear_prediction"] and not is_float64:
        channels = metadata["linear_prediction"]["order"] + 1
        parts.append(PREDICTOR.format(channels=channels))
    parts.append(readme.chapters_of_all(metadata))
    return "\n\n".join(part.strip() for part in parts)


def _signatures(signatures):
    rows = []
    for name, function in signatures.items():
        inputs = function.structured_input_signature[1].values()
        outputs = function.structured_outputs.items()
        rows.append(
            f"| `{name}` | {', '.join(_tensor(one.name, one) for one in inputs)} | "
            f"{', '.join(_tensor(key, one) for key, one in outputs)} |"
        )
    head = "| signature | inputs | outputs |\n| --- | --- | --- |"
    return f"## Signatures\n\n{head}\n" + "\n".join(rows)


def _tensor(name, spec):
    sizes = ["any" if size is None else str(size) for size in spec.shape]
    return f"`{name}` {spec.dtype.name} ({', '.join(sizes)})"


def _inputs(signatures):
    return signatures["start"].structured_input_signature[1]


def _loop(signatures, local):
    rows, condition = "", ""
    if "rows" in signatures:
        rows = ROWS.format(one_row="" if local else ", which is the same for all")
        condition = "the row of the next sample "
    return LOOP.format(rows=rows, condition=condition)


def _frames(metadata, local, has_inside):
    after = local["frames_after"]
    return FRAMES.format(
        frames=readme.frames(metadata),
        after=after,
        more=2 * after,
        before=local["frames_before"],
        hop=local["hop"],
        beyond=INSIDE if has_inside else REPEATED,
    )
