"""The frames of local conditioning, made of one or several features.

Frame f covers the samples `f * hop` to `f * hop + hop - 1`; the last frame of a clip
may cover fewer. Axes: T samples, F frames, C channels.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.features.feature import Feature
from keras_wavenet.features.log_mel import LogMel
from keras_wavenet.features.registry import FEATURES, is_registered
from keras_wavenet.features.statistics import ChannelStatistics
from keras_wavenet.utils.progress import show_progress

MOST_PARTS = 8
_LARGEST = 1e6  # magnitude of a mean or a standard deviation
_BLOCK = 2**16  # samples measured at a time

# Least standard deviation of a channel, as a share of the largest of its part: channels
# that are nearly constant in the measured clips, such as a silent band, must not be
# amplified more than the others.
_LEAST_SHARE = 0.1
_LEAST_STD = 1e-3


class FrameFeatures:
    """One feature or several, concatenated, optionally normalized by channel.

    Args:
        parts: Instances of registered features, such as `LogMel` and `LogF0`, of the
            same sample rate and hop; their channels are concatenated in this order.
        mean: Mean of each channel, which is subtracted; None to leave the channels
            unnormalized.
        std: Positive standard deviation of each channel, by which it is then divided.
            Given if and only if `mean` is.

    Attributes:
        sample_rate: Hz.
        hop: Samples that a frame covers.
        channels: Channels of a frame.
        whole_clip: Whether a frame depends on the whole clip.

    Raises:
        ValueError: If the parts or the statistics do not fit each other.
        TypeError: If a part is not a registered feature.

    Example:
        `FrameFeatures([LogMel(16000, 200, 800, 1024, 80, 60, 8000)])(waveform)` has the
        shape `(ceil(len(waveform) / 200), 80)`.
    """

    def __init__(
        self,
        parts: Sequence[Feature],
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ):
        self.parts = tuple(parts)
        _check_parts(self.parts)
        self.sample_rate = self.parts[0].sample_rate
        self.hop = self.parts[0].hop
        self.channels = sum(part.channels for part in self.parts)
        self.whole_clip = any(part.whole_clip for part in self.parts)
        if (mean is None) != (std is None):
            raise ValueError(
                "`mean` and `std` must be given together. Received: "
                f"mean={_shortened(mean)}, std={_shortened(std)}"
            )
        self.mean = self._statistic("mean", mean, -_LARGEST)
        self.std = self._statistic("std", std, 1e-6)

    def _statistic(self, name, values, least) -> np.ndarray | None:
        if values is None:
            return None
        plain = isinstance(values, np.ndarray | list | tuple)
        numbers = np.array(values if plain else [], dtype=object)
        if numbers.shape != (self.channels,) or not all(
            isinstance(value, int | float | np.floating)
            and not isinstance(value, bool)
            and least <= value <= _LARGEST
            for value in numbers
        ):
            raise ValueError(
                f"`{name}` must hold {self.channels} numbers, one for each channel, "
                f"from {least:g} to {_LARGEST:g}. Received: {name}={_shortened(values)}"
            )
        return numbers.astype("float32")

    @property
    def log_mel(self) -> tuple[LogMel, slice] | None:
        """The first log-mel part and its channels in a frame, or None."""
        first = 0
        for part in self.parts:
            if isinstance(part, LogMel):
                return part, slice(first, first + part.channels)
            first += part.channels
        return None

    @property
    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the weights of learned parts by name: empty without any."""
        return {
            f"part_{number}_{name}": shape
            for number, part in enumerate(self.parts)
            for name, shape in part.weight_shapes.items()
        }

    @property
    def weights(self) -> dict[str, np.ndarray] | None:
        """The weights by name, float32; `None` where there are none, or none yet."""
        found = {}
        for number, part in enumerate(self.parts):
            if part.weight_shapes and part.weights is None:
                return None
            for name, array in (part.weights or {}).items():
                found[f"part_{number}_{name}"] = array
        return found or None

    def with_weights(
        self, weights: Callable[[], Mapping[str, np.ndarray]]
    ) -> "FrameFeatures":
        """Return the same features with weights.

        Args:
            weights: A function that gives them by the names of `weight_shapes`: it is
                called whenever frames are computed.
        """

        def of_part(number):
            prefix = f"part_{number}_"
            return {
                name.removeprefix(prefix): array
                for name, array in weights().items()
                if name.startswith(prefix)
            }

        parts = [
            part.with_weights(partial(of_part, number)) if part.weight_shapes else part
            for number, part in enumerate(self.parts)
        ]
        return FrameFeatures(parts, self.mean, self.std)

    def frozen(self) -> "FrameFeatures":
        """Return the same features, with their weights as they are now."""
        weights = self.weights
        return self if weights is None else self.with_weights(lambda: weights)

    def frame_count(self, samples: int) -> int:
        """Return the number of frames of a clip of `samples` samples, rounded up."""
        return -(-samples // self.hop)

    def __call__(self, waveform: np.ndarray) -> np.ndarray:
        """Return the frames of a whole clip.

        Args:
            waveform: Float array, shape `(T,)`, samples in [-1, 1] at `sample_rate`.

        Returns:
            float32 array, shape `(ceil(T / hop), channels)`.

        Raises:
            ValueError: If `waveform` has another shape or dtype, is empty or holds NaN.
            ImportError: If the extra `features` is not installed.
        """
        waveform = np.asarray(waveform)
        _check_waveform(waveform)
        waveform = waveform.astype("float32")
        length = len(waveform)
        return self.read(partial(_cut, waveform), length, 0, self.frame_count(length))

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Return frames `first` to `stop - 1` of a clip, equal to the whole clip's.

        Only the samples that these frames depend on are read.

        Args:
            read: `read(start, stop)` returns samples `start` to `stop - 1` of the clip
                as a float32 array, zeros outside the clip.
            length: Samples of the clip.
            first: First frame, at least 0.
            stop: The frame after the last, at most `frame_count(length)`.

        Returns:
            float32 array, shape `(stop - first, channels)`.

        Raises:
            ValueError: If the clip has no such frames, or holds NaN.
            ImportError: If the extra `features` is not installed.
        """
        count = self.frame_count(length)
        if not 0 <= first < stop <= count:
            raise ValueError(
                f"A clip of {length} samples has the frames 0 to {count} - 1. "
                f"Received: first={first}, stop={stop}"
            )
        checked = partial(_read_finite, read)
        frames = [part.read(checked, length, first, stop) for part in self.parts]
        frames = frames[0] if len(frames) == 1 else np.concatenate(frames, axis=1)
        if self.mean is None:
            return frames
        return (frames - self.mean) / self.std

    def measured_on(self, source, most_clips: int = 1000) -> "FrameFeatures":
        """Return the same features with the statistics of a dataset.

        Each channel then has mean 0 and standard deviation 1 over the measured frames,
        except channels that are nearly constant: no standard deviation is taken as less
        than a tenth of the largest one of its part.

        Args:
            source: A `ClipSource` at `sample_rate`.
            most_clips: Largest number of clips that are read, evenly spaced.

        Raises:
            ValueError: If the source has another rate or no audio, or `most_clips` is
                below 1.
            ImportError: If the extra `features` is not installed.
        """
        self._check_source(source, most_clips)
        raw = FrameFeatures(self.parts)
        statistics = ChannelStatistics(self.channels)
        indices = range(0, len(source), -(-len(source) // most_clips))
        for index in show_progress(indices, len(indices), "Measuring features"):
            for frames in raw._blocks(source, index):
                statistics.add(frames)
        return FrameFeatures(
            self.parts, statistics.mean, self._at_least(statistics.std())
        )

    def _check_source(self, source, most_clips):
        if source.sample_rate != self.sample_rate:
            raise ValueError(
                f"`source` must be at {self.sample_rate} Hz, the rate of the features. "
                f"Received: a source at {source.sample_rate} Hz"
            )
        settings.integer(1, 10**9, most_clips=most_clips)
        if not np.sum(source.lengths):
            raise ValueError(
                "`source` must have audio. Received: a source of 0 samples"
            )

    def _blocks(self, source, index):
        """Yield the frames of one clip in blocks."""
        length = int(source.lengths[index])
        count = self.frame_count(length)
        size = count if self.whole_clip else max(_BLOCK // self.hop, 1)
        for first in range(0, count, max(size, 1)):
            stop = min(first + size, count)
            yield self.read(partial(source.read, index), length, first, stop)

    def _at_least(self, std) -> np.ndarray:
        """Standard deviations raised to the least one of their part, `(C,)`."""
        ends = np.cumsum([part.channels for part in self.parts])
        raised = [
            np.maximum(own, max(_LEAST_SHARE * own.max(), _LEAST_STD))
            for own in np.split(std, ends[:-1])
        ]
        return np.concatenate(raised)

    def get_config(self) -> dict:
        """Return plain JSON, from which `features.get` makes the same features."""
        return {
            "parts": [part.get_config() for part in self.parts],
            "mean": None if self.mean is None else self.mean.tolist(),
            "std": None if self.std is None else self.std.tolist(),
        }

    def __repr__(self) -> str:
        names = "+".join(part.name for part in self.parts)
        measured = "raw" if self.mean is None else "measured"
        return (
            f"FrameFeatures({names}, {self.channels} channels, hop {self.hop} at "
            f"{self.sample_rate} Hz, {measured})"
        )


def _check_parts(parts):
    if not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError(
            f"`parts` must be 1 to {MOST_PARTS} parts. Received: {len(parts)}"
        )
    for part in parts:
        if not is_registered(part):
            names = ", ".join(one.__name__ for one in FEATURES.values())
            raise TypeError(
                f"`parts` must be instances of registered features ({names}). "
                f"Received: {str(part)[:80]!r}"
            )
    pairs = [(part.sample_rate, part.hop) for part in parts]
    if len(set(pairs)) > 1:
        raise ValueError(
            "`parts` must have the same `sample_rate` and `hop`. Received: "
            + ", ".join(f"sample_rate={rate} with hop={hop}" for rate, hop in pairs)
        )


def _check_waveform(waveform):
    if waveform.ndim != 1:
        raise ValueError(
            "`waveform` must have shape (samples,); call once for each channel or "
            f"stream. Received: shape={waveform.shape}"
        )
    if not np.issubdtype(waveform.dtype, np.floating):
        raise ValueError(
            "`waveform` must hold float samples in [-1, 1]; divide 16-bit integers by "
            f"32768. Received: dtype={waveform.dtype}"
        )
    if not len(waveform):
        raise ValueError("`waveform` must have samples. Received: an empty array")


def _cut(waveform, start, stop) -> np.ndarray:
    """Samples `start` to `stop - 1`, zeros outside the clip."""
    first, last = max(start, 0), min(stop, len(waveform))
    samples = np.zeros(stop - start, "float32")
    if first < last:
        samples[first - start : last - start] = waveform[first:last]
    return samples


def _read_finite(read, start, stop) -> np.ndarray:
    samples = read(start, stop)
    finite = np.isfinite(samples)
    if not finite.all():
        first = start + int(finite.argmin())
        raise ValueError(
            f"Audio must be finite. Received: {samples[first - start]}"
            f" as its sample number {first}, counted from 0"
        )
    return samples


def _shortened(values) -> str:
    return "None" if values is None else repr(values)[:80]
