"""The inputs of `WaveNet.call`: checked, and what is missing filled in.

Axes: B batch, T samples, F frames, C channels.
"""

from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.linear_prediction import LinearPrediction
from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor, known


def as_dict(inputs: Any) -> dict:
    """Inputs by name, of which a waveform alone is the only one."""
    return dict(inputs) if isinstance(inputs, dict) else {"waveform": inputs}


def fill_in(
    architecture: Architecture,
    inputs: Tensor | dict[str, Tensor],
    linear_prediction: LinearPrediction | None = None,
    context: bool = True,
) -> dict[str, Tensor]:
    """All inputs of the functional model, from those of `WaveNet.call`.

    Missing samples of the context are zero; missing frames repeat those at the edge.

    Args:
        architecture: That of the network.
        inputs: The waveform, or a dict of inputs by name.
        linear_prediction: What computes the predictor of each frame, or `None`.
        context: Whether the context is filled in; without, there is none.

    Raises:
        ValueError: If an input is missing, unknown or of a wrong shape or dtype.
    """
    a = architecture
    inputs = as_dict(inputs)
    check_inputs(a, inputs)
    filled = {name: inputs[name] for name in ("waveform", *a.conditions)}
    if context:
        filled.update(_context_inputs(a, inputs))
    if "local" in a.conditions:
        frames = fill_in_frames(
            with_marks(inputs, a) if a.edge_channels else inputs,
            a.hop,
            *a.frame_margins,
            marked=bool(a.edge_channels),
        )
        if frames.shape[-1] == a.local_channels:
            frames = with_predictors(frames, linear_prediction)
        filled["local"] = frames
    return filled


def _context_inputs(a, inputs):
    """The context, and how much of it is the clip's, by name."""
    given = {n: inputs[n] for n in ("waveform", "context") if n in inputs}
    filled = {"context": fill_in_context(a.context_length, **given)}
    if a.start == "zeros":
        valid = inputs.get("context_valid")
        filled["context_valid"] = _all_valid(**given) if valid is None else valid
    return filled


def fill_in_context(
    length: int, waveform: Tensor, context: Tensor | None = None
) -> Tensor:
    """The context of a waveform, `(B, length)`, with zeros before what is given."""
    filled = ops.repeat(ops.zeros_like(waveform[:, :1]), length, axis=1)
    if context is not None:
        filled = ops.concatenate([filled, context], axis=1)
    return filled[:, ops.shape(filled)[1] - length :]


def _all_valid(waveform, context=None):
    """How many samples of the context belong to the clip: all that were given."""
    length = 0 if context is None else ops.shape(context)[1]
    return ops.full((ops.shape(waveform)[0],), length, dtype="int32")


def fill_in_frames(
    inputs: dict[str, Tensor], hop: int, before: int, after: int, marked: bool = False
) -> Tensor:
    """Join the frames of a window and those around it.

    Args:
        inputs: Dict with `"waveform"`, `(B, T)`, `"local"`, `(B, F, C)`, whose first
            frame begins with the first sample that is predicted, and optionally
            `"local_context"`, `(B, n, C)`, the frames just before.
        hop: Samples of a frame.
        before, after: Frames that the network needs before and after the window.
        marked: Whether the last channel is 1 for frames of the clip: it is 0 for those
            that are filled in.

    Returns:
        Float tensor, `(B, before + ceil(T / hop) + after, C)`, or more at the end where
        the lengths are not known yet.
    """
    local, context = inputs["local"], inputs.get("local_context")
    if context is not None and known(context.shape[1]) == 0:
        context = None
    length, frames = known(inputs["waveform"].shape[1]), known(local.shape[1])
    missing = after
    if length is not None and frames is not None:
        needed = -(-length // hop) + after
        local = local[:, :needed]
        missing = max(needed - frames, 0)
    if missing:  # where lengths are not known, perhaps too many: they are not used
        last = ops.repeat(_beyond(local[:, -1:], marked), missing, axis=1)
        local = ops.concatenate([local, last], axis=1)
    first = local[:, :1] if context is None else context[:, :1]
    parts = [ops.repeat(_beyond(first, marked), before, axis=1)]
    if context is not None:
        parts.append(context)
    early = ops.concatenate(parts, axis=1)
    return ops.concatenate([early[:, ops.shape(early)[1] - before :], local], axis=1)


def _beyond(frame, marked):
    """A frame, `(B, 1, C)`, in the place of one beyond the clip."""
    if not marked:
        return frame
    return ops.concatenate([frame[..., :-1], ops.zeros_like(frame[..., -1:])], axis=-1)


def with_marks(
    inputs: dict[str, Tensor], architecture: Architecture
) -> dict[str, Tensor]:
    """Inputs whose frames are marked as those of the clip, where they are not yet."""
    marked = dict(inputs)
    for name in ("local", "local_context"):
        frames = inputs.get(name)
        if frames is not None and frames.shape[-1] == architecture.local_channels:
            ones = ops.ones_like(frames[..., :1])
            marked[name] = ops.concatenate([frames, ones], axis=-1)
    return marked


def with_predictors(
    frames: Tensor, linear_prediction: LinearPrediction | None
) -> Tensor:
    """Frames with the linear predictor of each after its own channels.

    Args:
        frames: Float array or tensor, `(B, F, C)`.
        linear_prediction: A `LinearPrediction`, or `None`: the frames as they are.
    """
    if linear_prediction is None:
        return frames
    xp = np if isinstance(frames, np.ndarray) else ops
    predictors = linear_prediction(frames)
    if xp is ops:
        frames = ops.cast(frames, predictors.dtype)
    return xp.concatenate([frames, predictors], axis=-1)


def with_exact_predictors(
    inputs: Tensor | dict, linear_prediction: LinearPrediction | None
) -> Tensor | dict:
    """Inputs of `WaveNet.call` whose frames, where they are arrays, have predictors.

    NumPy computes them in float64, where `call` has only float32: the result is then
    the same on each backend. Other inputs are returned unchanged.
    """
    if linear_prediction is None or not isinstance(inputs, dict):
        return inputs
    names = {"local", "local_context"} & inputs.keys()
    expected = linear_prediction.frame_channels
    if not all(
        isinstance(inputs[name], np.ndarray) and inputs[name].shape[-1:] == (expected,)
        for name in names
    ):
        return inputs
    made = {name: with_predictors(inputs[name], linear_prediction) for name in names}
    return {**inputs, **made}


def with_current_names(inputs: Tensor | dict) -> Tensor | dict:
    """Inputs of `WaveNet.call` with "context_valid" in place of the old "heard"."""
    if isinstance(inputs, dict) and "heard" in inputs:
        inputs = dict(inputs)
        inputs["context_valid"] = inputs.pop("heard")
    return inputs


def check_inputs(architecture: Architecture, inputs: dict) -> None:
    """Refuse inputs of `WaveNet.call` of wrong names, shapes or dtypes.

    Args:
        architecture: The `Architecture` of the network.
        inputs: Dict of tensors or arrays by name, of known shapes or symbolic.
    """
    a = architecture
    optional = ["context"]
    optional += ["context_valid"] if a.start == "zeros" else []
    optional += ["local_context"] if "local" in a.conditions else []
    required = ["waveform", *a.conditions]
    checks.names("inputs", inputs, required=required, optional=optional)
    for name in ("waveform", "context"):
        if name in inputs:
            checks.signal(name, inputs[name])
    for name in ("speaker", "context_valid"):
        if name in inputs:
            checks.indices(name, inputs[name])
    vectors = {"tags": a.tag_count, "global": a.global_channels}
    for name in vectors.keys() & inputs.keys():
        checks.vectors(name, inputs[name], vectors[name])
    for name in ("local", "local_context"):
        if name in inputs:
            _check_frames(name, inputs[name], a.local_channels, a.added_channels)
    shapes = {name: tuple(map(known, value.shape)) for name, value in inputs.items()}
    _check_sizes(shapes, a.hop)


def _check_sizes(shapes, hop):
    """Refuse different batch sizes, no samples, or too few frames."""
    batch, length = shapes["waveform"]
    if 0 in (batch, length):
        raise ValueError(
            "`waveform` must hold at least one sample; for the start, give a zero. "
            f"Received: shape={shapes['waveform']}"
        )
    sizes = {name: shape[0] for name, shape in shapes.items() if shape[0] is not None}
    if len(set(sizes.values())) > 1:
        received = ", ".join(f"{name}={size}" for name, size in sizes.items())
        raise ValueError(
            f"All inputs must have the same batch size. Received: {received}"
        )
    frames = shapes.get("local", (None, None))[1]
    if frames is not None and length is not None:
        check_enough_frames(frames, length, hop)


def _check_frames(name, frames, channels, added_channels):
    """Refuse other shapes than `(B, F, channels)`, with what is added or without."""
    shape = tuple(getattr(frames, "shape", ()))
    if len(shape) != 3 or shape[-1] not in (channels, channels + added_channels):
        raise ValueError(
            f"`{name}` must have shape (batch, frames, {channels}). "
            f"Received: shape={shape}"
        )


def check_enough_frames(frames: int, samples: int, hop: int) -> None:
    """Refuse fewer frames than the samples need.

    Raises:
        ValueError: If there are too few.
    """
    if frames * hop < samples:
        raise ValueError(
            f"{samples} samples need {-(-samples // hop)} frames of {hop} samples. "
            f"Received: frames={frames}, enough for {frames * hop} samples"
        )


def check_arrays(architecture: Architecture, inputs: np.ndarray | dict) -> None:
    """Refuse arrays that are wrong before a training step uses them.

    An error within a step costs JAX the weights; a speaker out of range, NaN or samples
    beyond [-1, 1] would raise none.

    Raises:
        ValueError: If a name, shape, dtype or value does not fit.
    """
    inputs = as_dict(with_current_names(inputs))
    check_inputs(architecture, inputs)
    arrays = {n: a for n, a in inputs.items() if isinstance(a, np.ndarray)}
    for name in arrays.keys() - {"speaker", "context_valid"}:
        checks.finite(name, arrays[name])
    for name in arrays.keys() & {"waveform", "context"}:
        checks.loudness(name, arrays[name])
    speakers = arrays.get("speaker")
    count = architecture.speaker_count
    if speakers is not None and speakers.size:
        least, most = speakers.min(), speakers.max()
        if least < 0 or most >= count:
            raise ValueError(
                f"`speaker` must hold indices from 0 to {count - 1}. "
                f"Received: indices from {least} to {most}"
            )
