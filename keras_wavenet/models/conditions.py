"""The conditions of running generations: names or arrays, checked, a row per stream."""

from typing import Any

import numpy as np

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.inputs import check_enough_frames, with_predictors
from keras_wavenet.models.linear_prediction import LinearPrediction
from keras_wavenet.utils import checks
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.text import shown


class StreamConditions:
    """The conditions of running generations, one row for each stream.

    Args:
        architecture: The `Architecture` of the network.
        conditions: Dict from the names of its conditions to values, as in
            `WaveNet.generate`.
        streams: Number of streams.
        linear_prediction: What computes the predictor of each frame, or `None`.

    Attributes:
        vectors: Dict of arrays that hold for all samples: `"speaker"` int32
            `(streams,)`, `"tags"` and `"global"` float32 `(streams, channels)`.
        frames: float32 array, `(streams, frames, channels)`, or `None`.
        earlier_frames: Likewise, the frames just before; there may be none.

    Raises:
        ValueError: If a condition is missing, unknown or of a wrong shape, a speaker or
            tag is not one of the model's, or a value is not finite.
    """

    def __init__(
        self,
        architecture: Architecture,
        conditions: dict[str, Any] | None,
        streams: int,
        linear_prediction: LinearPrediction | None = None,
    ):
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
            self._marked = bool(architecture.edge_channels)

    def check_length(self, samples: int) -> None:
        """Refuse more samples than there are frames for.

        Raises:
            ValueError: If there are too few frames.
        """
        if self.frames is not None:
            check_enough_frames(self.frames.shape[1], samples, self.hop)

    def samples(self) -> int:
        """Number of samples that the frames cover.

        Raises:
            ValueError: If there are no frames.
        """
        if self.frames is None:
            raise ValueError(
                "`num_samples` must be an integer for a model without local conditions."
                " Received: num_samples=None"
            )
        return self.frames.shape[1] * self.hop

    def frames_between(self, first: int, stop: int) -> np.ndarray:
        """Frames `first` to `stop - 1`, float32 `(streams, stop - first, channels)`.

        Frame 0 begins with the first new sample; beyond the given frames, those at the
        edge are repeated. The predictor of a frame, if any, follows its own channels,
        and so does a mark, 1 for the given frames, where the upsampling takes one.
        """
        numbers = np.arange(first, stop) + self.earlier_frames.shape[1]
        known = numbers.clip(0, self._joined.shape[1] - 1)
        frames = self._joined[:, known]
        if not self._marked:
            return frames
        marks = np.broadcast_to((known == numbers)[:, None], (*frames.shape[:2], 1))
        return np.concatenate([frames, marks.astype("float32")], axis=-1)

    def _take_frames(self, conditions, channels):
        shape = (None, channels)
        self.frames = self._rows("local", conditions["local"], 2, shape)
        if not self.frames.shape[1]:
            raise ValueError("`local` must hold at least one frame. Received: none")
        earlier = conditions.get("local_context", np.zeros((0, channels), "float32"))
        self.earlier_frames = self._rows("local_context", earlier, 2, shape)
        self._joined = np.concatenate([self.earlier_frames, self.frames], axis=1)

    def _rows(self, name, value, rank, shape):
        """An array with a row for each stream; a single row is used for all."""
        axes = ", ".join("frames" if axis is None else str(axis) for axis in shape)
        expected = (
            f"`{name}` must have shape ({axes}) for all streams alike, or "
            f"({self.streams}, {axes}). Received: "
        )
        if hasattr(value, "shape"):
            value = checks.array(name, value)
        try:
            value = np.asarray(value)
        except ValueError as error:
            raise ValueError(f"{expected}rows that are not equally long") from error
        given = value.shape
        if value.ndim == rank:
            value = value[None]
        fits = value.ndim == rank + 1 and value.shape[0] in (1, self.streams)
        sizes = zip(value.shape[1:], shape, strict=False)
        if not fits or any(axis not in (None, size) for size, axis in sizes):
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
            expected = "one for all streams or one for each of the {}"
            if self.streams == 1:
                expected = "one, for one stream"
            raise ValueError(
                f"`speaker` must be {expected.format(self.streams)}; `streams` is the "
                f"number of streams. Received: speaker={value!r}"
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
    """Refuse conditions that lack some of the network's; the error names them."""
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
                f"Each {what} of the model has a number, from 0 to {names - 1}, and no "
                f"name. Received: {what}={value!r}"
            )
        if value not in names:
            raise ValueError(
                f"The {what} must be one of {_some(names)}. "
                f"Received: {what}={value!r}{did_you_mean(value, names)}"
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
    return f"[{', '.join(shown(repr(name)) for name in names[:most])}]{more}"
