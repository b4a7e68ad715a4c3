"""The conditions of a network as inputs: what users give, checked and filled in.

In `call`, tensors with a batch axis; in generation, arrays or names with or without a
stream axis. Frames before and behind what is given repeat those at the edge.
"""

import numpy as np
from keras import ops

from keras_wavenet.utils import checks


def fill_in_frames(inputs, hop, before, behind):
    """Join the frames of a window and those around it.

    Args:
        inputs: Dict with `"waveform"`, `(B, T)`, `"local"`, `(B, F, C)`, whose first
            frame begins with the first sample that is predicted, and optionally
            `"local_context"`, `(B, n, C)`, the frames just before.
        hop: Samples of a frame.
        before, behind: Frames that the network wants before and behind the window.

    Returns:
        Float tensor, `(B, before + ceil(T / hop) + behind, C)`, or more behind where
        the lengths are not known yet.
    """
    local, context = inputs["local"], inputs.get("local_context")
    length, missing = inputs["waveform"].shape[1], behind
    if length is not None and local.shape[1] is not None:
        wanted = -(-length // hop) + behind
        local = local[:, :wanted]
        missing = wanted - local.shape[1]
    if missing:  # of lengths not known yet perhaps none: what is too much is not used
        last = ops.repeat(local[:, -1:], missing, axis=1)
        local = ops.concatenate([local, last], axis=1)
    first = local[:, :1] if context is None else context[:, :1]
    parts = [ops.repeat(first, before, axis=1)]
    if context is not None:
        parts.append(context)
    early = ops.concatenate(parts, axis=1)
    return ops.concatenate([early[:, ops.shape(early)[1] - before :], local], axis=1)


def with_predictors(frames, linear_prediction):
    """Frames with the linear predictor of each behind its own channels.

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


def with_exact_predictors(inputs, linear_prediction):
    """Inputs of `WaveNet.call` whose frames, where they are arrays, have predictors.

    NumPy computes them in float64, where `call` has only float32: the result is then
    the same on each backend. Anything else is returned as it is.
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


def with_current_names(inputs):
    """Inputs of `WaveNet.call` by the names of today: "heard" is "context_valid"."""
    if isinstance(inputs, dict) and "heard" in inputs:
        inputs = dict(inputs)
        inputs["context_valid"] = inputs.pop("heard")
    return inputs


def check_inputs(architecture, inputs):
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
            _check_frames(name, inputs[name], a.local_channels, a.predictor_channels)
    _check_sizes({name: tuple(value.shape) for name, value in inputs.items()}, a.hop)


def _check_sizes(shapes, hop):
    """The batch sizes are one, and there are a sample and frames for all samples."""
    length = shapes["waveform"][1]
    if length == 0:
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


def _check_frames(name, frames, channels, predictor_channels):
    """Refuse what is no batch of frames of so many channels, with predictors or not."""
    shape = tuple(getattr(frames, "shape", ()))
    if len(shape) != 3 or shape[-1] not in (channels, channels + predictor_channels):
        raise ValueError(
            f"`{name}` must have shape (batch, frames, {channels}). "
            f"Received: shape={shape}"
        )


def check_enough_frames(frames, samples, hop):
    """Refuse fewer frames than the samples need."""
    if frames * hop < samples:
        raise ValueError(
            f"{samples} samples need {-(-samples // hop)} frames of {hop} samples. "
            f"Received: frames={frames}, enough for {frames * hop} samples"
        )


def check_arrays(architecture, inputs):
    """Refuse arrays for training before a step would meet them.

    Within a step an error costs JAX the weights, and a wrong look-up or NaN none.
    """
    inputs = {"waveform": inputs} if isinstance(inputs, np.ndarray) else inputs
    if not isinstance(inputs, dict):
        return
    inputs = with_current_names(inputs)
    check_inputs(architecture, inputs)
    arrays = {n: a for n, a in inputs.items() if isinstance(a, np.ndarray)}
    for name in arrays.keys() - {"speaker", "context_valid"}:
        checks.finite(name, arrays[name])
    speakers = arrays.get("speaker")
    count = architecture.speaker_count
    if speakers is not None and speakers.size:
        least, most = speakers.min(), speakers.max()
        if least < 0 or most >= count:
            raise ValueError(
                f"`speaker` must hold indices from 0 to {count - 1}. "
                f"Received: indices from {least} to {most}"
            )


class StreamConditions:
    """The conditions of running generations, one row for each stream.

    Args:
        architecture: The `Architecture` of the network.
        conditions: Dict from the names of its conditions to values, as in
            `WaveNet.generate`.
        streams: Number of streams.
        linear_prediction: What makes a predictor of each frame, or `None`.

    Attributes:
        vectors: Dict of arrays that hold for all samples: `"speaker"` int32
            `(streams,)`, `"tags"` and `"global"` float32 `(streams, channels)`.
        frames: float32 array, `(streams, frames, channels)`, or `None`.
        earlier_frames: Likewise, the frames just before; there may be none.

    Raises:
        ValueError: If a condition is missing, unknown or of a wrong shape, a speaker or
            tag is not one of the model's, or a value is not finite.
    """

    def __init__(self, architecture, conditions, streams, linear_prediction=None):
        conditions = {} if conditions is None else conditions
        if not isinstance(conditions, dict):
            raise ValueError(
                "`conditions` must be a dict from names to values. "
                f"Received: conditions={conditions!r}"
            )
        names = architecture.conditions
        optional = ["local_context"] if "local" in names else []
        _check_complete(conditions, names)
        checks.names("conditions", conditions, required=names, optional=optional)
        self.streams = streams
        self.vectors, self.frames, self.earlier_frames = {}, None, None
        if "speaker" in names:
            self.vectors["speaker"] = self._speaker(
                conditions["speaker"], architecture.speakers
            )
        if "tags" in names:
            self.vectors["tags"] = self._tags(conditions["tags"], architecture.tags)
        if "global" in names:
            channels = architecture.global_channels
            rows = self._rows("global", conditions["global"], 1, (channels,))
            self.vectors["global"] = rows
        if "local" in names:
            self._take_frames(conditions, architecture.local_channels)
            self._joined = with_predictors(self._joined, linear_prediction)
            self.hop = architecture.hop

    def check_length(self, samples):
        """Refuse more samples than there are frames for."""
        if self.frames is not None:
            check_enough_frames(self.frames.shape[1], samples, self.hop)

    def samples(self):
        """Samples that the frames speak of."""
        if self.frames is None:
            raise ValueError(
                "`num_samples` must be an integer for a model without local conditions."
                " Received: num_samples=None"
            )
        return self.frames.shape[1] * self.hop

    def frames_between(self, first, stop):
        """Frames `first` to `stop - 1`, float32 `(streams, stop - first, channels)`.

        Behind the channels of a frame stands its predictor, if there is one.
        """
        numbers = np.arange(first, stop) + self.earlier_frames.shape[1]
        return self._joined[:, numbers.clip(0, self._joined.shape[1] - 1)]

    def _take_frames(self, conditions, channels):
        shape = (None, channels)
        self.frames = self._rows("local", conditions["local"], 2, shape)
        if not self.frames.shape[1]:
            raise ValueError("`local` must hold at least one frame. Received: none")
        earlier = conditions.get("local_context", np.zeros((0, channels), "float32"))
        self.earlier_frames = self._rows("local_context", earlier, 2, shape)
        self._joined = np.concatenate([self.earlier_frames, self.frames], axis=1)

    def _rows(self, name, value, rank, shape):
        """An array with a row for each stream, of one that may serve them all."""
        axes = ", ".join("frames" if axis is None else str(axis) for axis in shape)
        expected = (
            f"`{name}` must have shape ({axes}) for all streams alike, or "
            f"({self.streams}, {axes}). Received: "
        )
        try:
            value = np.asarray(value)
        except ValueError as error:
            raise ValueError(f"{expected}rows that are not equally long") from error
        given = value.shape
        if value.ndim == rank:
            value = value[None]
        fits = value.ndim == rank + 1 and value.shape[0] in (1, self.streams)
        sizes = zip(value.shape[1:], shape, strict=False)
        if not fits or any(want not in (None, has) for has, want in sizes):
            raise ValueError(f"{expected}shape={given}")
        if value.dtype.kind not in "fiub":
            raise ValueError(
                f"`{name}` must hold numbers. Received: dtype={value.dtype}"
            )
        value = value.astype("float32")
        checks.finite(name, value)
        return np.broadcast_to(value, (self.streams, *value.shape[1:])).copy()

    def _speaker(self, value, speakers):
        """Indices, `(streams,)`, of names or indices."""
        given = np.atleast_1d(np.asarray(value, dtype=object)).tolist()
        if len(given) not in (1, self.streams):
            wanted = "one for all streams or one for each of the {}"
            if self.streams == 1:
                wanted = "one, for one stream"
            raise ValueError(
                f"`speaker` must be {wanted.format(self.streams)}; `streams` says how "
                f"many there are. Received: speaker={value!r}"
            )
        found = [_index("speaker", one, speakers) for one in given]
        return np.broadcast_to(np.array(found, "int32"), (self.streams,)).copy()

    def _tags(self, value, tags):
        """Multi-hot rows, `(streams, tags)`, of such rows or of names."""
        count = tags if isinstance(tags, int) else len(tags)
        if isinstance(value, str):
            value = [value]
        is_named = isinstance(value, list | tuple) and all(
            isinstance(one, str) for one in value
        )
        if not is_named:
            return self._rows("tags", value, 1, (count,))
        row = np.zeros((self.streams, count), "float32")
        for name in value:
            row[:, _index("tag", name, tags)] = 1
        return row


def _check_complete(conditions, names):
    """Refuse conditions that lack some of a network's, and say which."""
    missing = [name for name in names if name not in conditions]
    if missing:
        raise ValueError(
            f"`conditions` must have {', '.join(map(repr, names))}. Received: "
            f"{sorted(conditions, key=str)}, without {', '.join(map(repr, missing))}"
        )


def _index(what, value, names):
    """The index of a name, or an index in its range."""
    if isinstance(value, str):
        if isinstance(names, int):
            raise ValueError(
                f"The model knows each {what} by number, from 0 to {names - 1}, and no "
                f"names. Received: {what}={value!r}"
            )
        if value not in names:
            raise ValueError(
                f"The {what} must be one of {_some(names)}. Received: {what}={value!r}"
            )
        return names.index(value)
    count = names if isinstance(names, int) else len(names)
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not 0 <= value < count:
        raise ValueError(
            f"The {what} must be an index from 0 to {count - 1}"
            f"{'' if isinstance(names, int) else f' or one of {_some(names)}'}. "
            f"Received: {what}={value!r}"
        )
    return value


def _some(names, most=12):
    """Names in brackets: all of a few, the first of many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"[{', '.join(map(repr, names[:most]))}]{more}"
