"""Random access to the clips of a dataset, wherever they are stored."""

import abc
from dataclasses import dataclass

import numpy as np

from keras_wavenet.data.clip_cache import ClipCache
from keras_wavenet.data.scan import SourceReport


@dataclass(frozen=True, eq=False)
class Clip:
    """One recording.

    Attributes:
        waveform: float32 array, shape `(T,)`, samples in [-1, 1].
        clip_id: Name of the clip, unique in its source.
        speaker: Who speaks, where the source knows.
        transcript: What is said, where the source knows.
    """

    waveform: np.ndarray
    clip_id: str
    speaker: str | None = None
    transcript: str | None = None


class ClipSource(abc.ABC):
    """A sequence of clips at one sample rate, decoded when they are asked for.

    Subclasses say how one clip is decoded; recently used clips are kept, up to a fixed
    number of bytes, so that many windows of one clip cost one decoding.

    Attributes:
        sample_rate: Rate of every clip, in Hz.
        lengths: int64 array, shape `(clips,)`: samples of each clip.
        report: What was found in the source, skipped clips included.
    """

    def __init__(self, sample_rate: int, lengths, report: SourceReport):
        self.sample_rate = sample_rate
        self.lengths = np.asarray(lengths, dtype="int64")
        self.report = report
        self._cache = ClipCache(self._decode)

    @abc.abstractmethod
    def _decode(self, index: int) -> Clip:
        """Decode clip `index` (0 to `len(self) - 1`), as long as `lengths` says."""

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> Clip:
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"The source has {len(self)} clips. Received: index={index}"
            )
        return self._cache[int(index) % len(self)]

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def read(self, index: int, start: int, stop: int) -> np.ndarray:
        """Samples `start` to `stop - 1` of a clip, silence where it has none.

        Args:
            index: Index of the clip.
            start: First sample; negative ones lie before the clip.
            stop: The sample after the last; it may lie behind the clip's end.

        Returns:
            float32 array, shape `(stop - start,)`.
        """
        inside = slice(max(start, 0), max(min(stop, int(self.lengths[index])), 0))
        samples = np.zeros(stop - start, "float32")
        if inside.start < inside.stop:
            waveform = self[index].waveform[inside]
            samples[inside.start - start : inside.stop - start] = waveform
        return samples

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.report.summary()})"
