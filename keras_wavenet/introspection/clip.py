"""A recording as a model sees it, cut into windows with their whole context.

Axes: B windows, T samples of a window, F frames, C channels.
"""

import typing
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from keras_wavenet.utils import checks

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

LEAST_WINDOW = 8000  # samples


class Window(typing.NamedTuple):
    """Windows of a clip, side by side.

    Attributes:
        waveform: float32 `(B, context_length + T)`: position t predicts sample t + 1.
        inputs: Dict by name of the conditions, as `Network.run_waveform` takes them.
        targets: float32 `(B, T)`, the samples that are predicted.
    """

    waveform: np.ndarray
    inputs: dict[str, np.ndarray]
    targets: np.ndarray


class Clip:
    """A recording, its conditions, and windows of both.

    As in training, sample 0 is predicted from a zero sample, and the samples before the
    clip are silence or, with `start="zeros"`, no part of it. With a `waveform_filter`
    the samples are those of the filtered recording.

    Args:
        model: A `WaveNet`.
        waveform: Float array, `(samples,)`, in [-1, 1], at the model's sample rate.
        conditions: As in `WaveNet.generate`, for the samples of the waveform. Where the
            model has `features` and there is no `"local"`, its frames are computed from
            the waveform.

    Raises:
        ValueError: If the waveform has another shape, no samples, is not finite or
            beyond [-1, 1], or a condition is missing or does not fit.
    """

    def __init__(
        self,
        model: "WaveNet",
        waveform: np.ndarray,
        conditions: dict[str, Any] | None = None,
    ) -> None:
        checks.not_traced("introspection")
        waveform = checks.array("waveform", waveform)
        if waveform.ndim != 1 or not waveform.size:
            raise ValueError(
                "`waveform` must have shape (samples,), with one sample at least. "
                f"Received: shape={waveform.shape}"
            )
        checks.signal("waveform", waveform[None])
        checks.finite("waveform", waveform)
        checks.loudness("waveform", waveform)
        a = self._architecture = model.architecture
        conditions = dict(conditions or {})
        if a.features is not None and "local" not in conditions:
            conditions["local"] = a.features(waveform)
        self._given = model.stream_conditions(conditions, 1)
        self._given.check_length(len(waveform))
        if a.waveform_filter is not None:
            waveform = a.waveform_filter(waveform)
        self.waveform = waveform.astype("float32")
        self.hop = model.data_spec.hop

    def __len__(self) -> int:
        return len(self.waveform)

    def span(self, start: int, stop: int | None) -> tuple[int, int]:
        """The samples from `start` to `stop`, `None` for the end, checked.

        Raises:
            ValueError: If there are none.
        """
        stop = len(self) if stop is None else stop
        if not 0 <= start < stop <= len(self):
            raise ValueError(
                "`start` and `stop` must be samples of the waveform, `start` below "
                f"`stop`. Received: start={start}, stop={stop}, {len(self)} samples"
            )
        return start, stop

    def windows(
        self, start: int, stop: int, length: int | None = None
    ) -> Iterator[tuple[Window, slice]]:
        """Windows of one length that together predict samples `start` to `stop - 1`.

        Args:
            start, stop: From `span`.
            length: Samples of a window; `None`: 8000 or the context, if it is longer.

        Returns:
            Pairs of a window, and which of its positions are those samples.
        """
        first = start // self.hop * self.hop
        if length is None:
            length = max(LEAST_WINDOW, self._architecture.context_length)
        length = self._whole(min(length, stop - first))
        for begin in range(first, stop, length):
            window = self.window([begin], length)
            yield window, slice(max(start - begin, 0), min(stop - begin, length))

    def window(self, starts: Sequence[int], length: int) -> Window:
        """Windows that begin at multiples of the hop, `starts`, side by side."""
        a, given = self._architecture, self._given
        before = a.context_length
        samples = np.stack([self._samples(s - 1 - before, s + length) for s in starts])
        inputs = {
            name: np.repeat(row, len(starts), axis=0)
            for name, row in given.vectors.items()
        }
        if given.frames is not None:
            left, right = a.frame_margins
            frames = [
                given.frames_between(
                    s // a.hop - left, -(-(s + length) // a.hop) + right
                )
                for s in starts
            ]
            inputs["local"] = np.concatenate(frames)
        if a.start == "zeros":
            inputs["context_valid"] = np.minimum(starts, before).astype("int32")
        return Window(samples[:, :-1], inputs, samples[:, before + 1 :])

    def _whole(self, length):
        """The next multiple of the hop: a window has whole frames."""
        return -(-length // self.hop) * self.hop

    def _samples(self, start, stop):
        """Samples `start` to `stop - 1`, zero outside of the clip."""
        found = np.zeros(stop - start, "float32")
        first, last = max(start, 0), min(stop, len(self))
        if last > first:
            found[first - start : last - start] = self.waveform[first:last]
        return found


def neutral_conditions(model: "WaveNet", samples: int) -> dict[str, Any]:
    """Conditions that say the least: speaker 0, no tags, vectors and frames of zeros.

    Normalized features have zeros as their mean.

    Args:
        model: A `WaveNet`.
        samples: Number of samples that the frames cover.
    """
    a = model.architecture
    neutral = {
        "speaker": 0,
        "tags": np.zeros(a.tag_count, "float32"),
        "global": np.zeros(a.global_channels or 0, "float32"),
        "local": np.zeros((-(-samples // (a.hop or 1)), a.local_channels or 0)),
    }
    return {name: neutral[name] for name in a.conditions}
