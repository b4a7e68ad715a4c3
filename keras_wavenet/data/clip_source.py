"""Random access to the clips of a dataset, wherever they are stored."""

import abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from keras_wavenet.data.block_cache import BlockCache
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.scan import SourceReport

BLOCK_LENGTH = 2**16  # samples decoded at a time: 4 s at 16 kHz


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a recording without decoding it.

    Attributes:
        clip_id: Name of the clip, unique in its source.
        length: Its samples, at the rate of the source.
        recorded_rate: The rate it was stored at, in Hz.
        loudness: How loud it is.
        speaker: Who speaks, where the source knows.
        label: What class the clip is of, where the source knows.
        transcript: What is said, where the source knows.
        split: The split that it was published in, where the source knows.
    """

    clip_id: str
    length: int
    recorded_rate: int
    loudness: Loudness = Loudness()
    speaker: str | None = None
    label: str | None = None
    transcript: str | None = None
    split: str | None = None


@dataclass(frozen=True, eq=False)
class Clip:
    """One recording.

    Attributes:
        waveform: float32 array, shape `(T,)`, samples in [-1, 1].
        info: Its `ClipInfo`.
    """

    waveform: np.ndarray
    info: ClipInfo


class ClipSource(abc.ABC):
    """A sequence of clips at one sample rate, any stretch of which can be read.

    Attributes:
        sample_rate: Rate of every clip, in Hz.
        clips: A `ClipInfo` for each clip.
        lengths: int64 array, shape `(clips,)`: samples of each clip.
        report: What was found in the source, skipped clips included.
    """

    def __init__(
        self, sample_rate: int, clips: Sequence[ClipInfo], report: SourceReport
    ):
        self.sample_rate = sample_rate
        self.clips = tuple(clips)
        self.lengths = np.array([clip.length for clip in self.clips], "int64")
        self.report = report

    @abc.abstractmethod
    def _read(self, index: int, start: int, stop: int) -> np.ndarray:
        """Samples of clip `index`, where `0 <= start < stop <= lengths[index]`."""

    def read(self, index: int, start: int, stop: int) -> np.ndarray:
        """Samples `start` to `stop - 1` of a clip, silence where it has none.

        Args:
            index: Index of the clip.
            start: First sample; negative ones lie before the clip.
            stop: The sample after the last; it may lie behind the clip's end.

        Returns:
            float32 array, shape `(stop - start,)`.
        """
        first, last = max(start, 0), min(stop, int(self.lengths[index]))
        samples = np.zeros(stop - start, "float32")
        if first < last:
            samples[first - start : last - start] = self._read(index, first, last)
        return samples

    def read_once(self, index: int, start: int, stop: int) -> np.ndarray:
        """As `read`, inside a clip, and nothing is kept for the next reader.

        Args:
            index: Index of the clip.
            start: First sample, at least 0.
            stop: The sample after the last, above `start` and at most the clip's end.

        Returns:
            float32 array, shape `(stop - start,)`.
        """
        return self._read(index, start, stop)

    def blocks(self, index: int) -> Iterator[np.ndarray]:
        """A clip from its first sample to its last, never much of it in memory.

        Yields:
            float32 arrays of `BLOCK_LENGTH` samples, the last one of what is left; at
            every reading exactly the same.
        """
        length = int(self.lengths[index])
        for start in range(0, length, BLOCK_LENGTH):
            yield self.read_once(index, start, min(start + BLOCK_LENGTH, length))

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, index: int) -> Clip:
        """One whole clip; `read` and `blocks` serve recordings of any length."""
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"The source has {len(self)} clips. Received: index={index}"
            )
        index = int(index) % len(self)
        return Clip(self.read(index, 0, self.lengths[index]), self.clips[index])

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.report.summary()})"


class DecodedSource(ClipSource):
    """A source whose clips are decoded when they are asked for, a block at a time.

    Recently used blocks are kept, up to a fixed number of bytes: many windows of one
    clip cost one decoding, and memory depends neither on clips nor on their number.

    Args:
        sample_rate, clips, report: As in `ClipSource`.
        whole_clips: Whether a clip can only be decoded as a whole, and is one block.
    """

    def __init__(self, sample_rate, clips, report, whole_clips: bool = False):
        super().__init__(sample_rate, clips, report)
        self._whole_clips = whole_clips
        self._cache = BlockCache(self._decode_block)

    @abc.abstractmethod
    def _decode(self, index: int, start: int, stop: int) -> np.ndarray:
        """Decode samples `start` to `stop - 1` of a clip: float32, in [-1, 1]."""

    def _decode_block(self, key: tuple[int, int]) -> np.ndarray:
        index, block = key
        length = int(self.lengths[index])
        size = length if self._whole_clips else BLOCK_LENGTH
        return self._decode(index, block * size, min((block + 1) * size, length))

    def _read(self, index, start, stop):
        size = int(self.lengths[index]) if self._whole_clips else BLOCK_LENGTH
        pieces = []
        for block in range(start // size, (stop - 1) // size + 1):
            first = block * size
            samples = self._cache[index, block]
            pieces.append(samples[max(start - first, 0) : stop - first])
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def read_once(self, index, start, stop):
        if self._whole_clips:  # which are blocks: the next stretch is in the same one
            return self._read(index, start, stop)
        return self._decode(index, start, stop)


class ClipView(ClipSource):
    """Some clips of another source, or a stretch of each of them.

    Args:
        source: The source that reads them.
        indices: The clips, by their index there.
        origin: What the view is, in words.
        stretches: `(start, stop)` in samples for each clip; whole clips if None.
    """

    def __init__(
        self,
        source: ClipSource,
        indices: Sequence[int],
        origin: str,
        stretches: Sequence[tuple[int, int]] | None = None,
    ):
        clips = [source.clips[index] for index in indices]
        if stretches is None:
            stretches = [(0, clip.length) for clip in clips]
        clips = [
            replace(clip, length=int(stop - start))
            for clip, (start, stop) in zip(clips, stretches, strict=True)
        ]
        report = replace(
            source.report,
            origin=origin,
            clips=len(clips),
            seconds=sum(clip.length for clip in clips) / source.sample_rate,
        )
        super().__init__(source.sample_rate, clips, report)
        self._source = source
        self._indices = [int(index) for index in indices]
        self._starts = [int(start) for start, _ in stretches]

    def _read(self, index, start, stop):
        offset = self._starts[index]
        return self._source.read(self._indices[index], start + offset, stop + offset)

    def read_once(self, index, start, stop):
        offset = self._starts[index]
        return self._source.read_once(
            self._indices[index], start + offset, stop + offset
        )

    def blocks(self, index):
        inner = self._indices[index]
        if self.lengths[index] == self._source.lengths[inner]:
            return self._source.blocks(inner)
        return super().blocks(index)
