"""Clips: an index of what is known of each, and a reader of their samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import numpy as np

from keras_wavenet.data.clip_info import ClipInfo
from keras_wavenet.data.clip_table import ClipTable
from keras_wavenet.data.reader import Reader
from keras_wavenet.data.scan import SourceReport


@dataclass(frozen=True, eq=False)
class Clip:
    """One clip with its samples.

    Attributes:
        waveform: float32 array, shape `(T,)`, samples in [-1, 1].
        info: Its `ClipInfo`.
    """

    waveform: np.ndarray
    info: ClipInfo


class ClipSource:
    """Clips at one sample rate, any segment of which can be read.

    A source is an index with a row for each clip, and a reader of the recordings that
    the clips are segments of. Splits, clips without the silence at their ends, and the
    clips of one speaker are other rows over the same reader.

    Args:
        sample_rate: Rate of every clip, in Hz.
        clips: A `ClipInfo` for each clip; those of a `ClipTable` are made when they
            are used.
        reader: Reads the recordings at `sample_rate`.
        report: What was found at the origin; counted from the clips if None.
        recordings: For each clip, the number of its recording; 0, 1, 2, ... if None.
        starts: For each clip, the sample of the recording it begins with; 0 if None.
        waveform_filter: Filter that is applied to what is read: called with an array of
            samples, it filters them from the first one on, silence before it; its
            `order` is the number of past samples that one depends on. None reads the
            audio as it is.

    Attributes:
        lengths: int64 array, shape `(clips,)`: samples of each clip.
        recordings, starts: int64 arrays, shape `(clips,)`.
        sample_rate, clips, reader, report, waveform_filter: As above.
    """

    def __init__(
        self,
        sample_rate: int,
        clips: Sequence[ClipInfo],
        reader: Reader,
        report: SourceReport | None = None,
        *,
        recordings: Sequence[int] | np.ndarray | None = None,
        starts: Sequence[int] | np.ndarray | None = None,
        waveform_filter: Any = None,
    ):
        self.sample_rate = sample_rate
        self.clips = clips if isinstance(clips, ClipTable) else tuple(clips)
        self.reader = reader
        self.waveform_filter = waveform_filter
        count = len(self.clips)
        self.lengths = _column(self.column("length"))
        self.recordings = _column(range(count) if recordings is None else recordings)
        self.starts = _column(np.zeros(count) if starts is None else starts)
        seconds = int(self.lengths.sum()) / sample_rate
        self.report = report or SourceReport("clips", count, seconds, sample_rate)

    def column(self, name: str) -> Sequence[Any] | np.ndarray:
        """One attribute of each clip, without making a `ClipInfo` of rows of a table.

        Args:
            name: Name of an attribute of `ClipInfo`, such as `"speaker"`, or of its
                loudness, such as `"loudness.peak"`.

        Example:
            `set(source.column("speaker"))`
        """
        if isinstance(self.clips, ClipTable):
            return self.clips.column(name)
        return list(map(attrgetter(name), self.clips))

    def read(self, index: int, start: int, stop: int) -> np.ndarray:
        """Reads samples `start` to `stop - 1` of a clip, silence where it has none.

        Args:
            index: Index of the clip.
            start: First sample; negative ones lie before the clip.
            stop: The sample after the last; it may lie after the clip's end.

        Returns:
            float32 array, shape `(stop - start,)`. With a filter, the same samples as
            those of the whole filtered clip, to the bit.
        """
        first, last = max(start, 0), min(stop, int(self.lengths[index]))
        samples = np.zeros(stop - start, "float32")
        if first < last:
            samples[first - start : last - start] = self._read_inside(
                index, first, last
            )
        return samples

    def _read_inside(self, index: int, start: int, stop: int) -> np.ndarray:
        recording, offset = int(self.recordings[index]), int(self.starts[index])
        if self.waveform_filter is None:
            return self.reader.read(recording, offset + start, offset + stop)
        first = max(start - self.waveform_filter.order, 0)
        samples = self.reader.read(recording, offset + first, offset + stop)
        return self.waveform_filter(samples)[start - first :]

    def blocks(self, index: int) -> Iterator[np.ndarray]:
        """Reads a clip from its first sample to its last, little of it in memory.

        Yields:
            float32 arrays of `BLOCK_LENGTH` samples, the last one of the rest; exactly
            the same at every reading.
        """
        start = int(self.starts[index])
        stop = start + int(self.lengths[index])
        blocks = self.reader.blocks(int(self.recordings[index]), start, stop)
        if self.waveform_filter is None:
            return blocks
        return _filtered(blocks, self.waveform_filter)

    def select(
        self, indices: Sequence[int] | np.ndarray, origin: str | None = None
    ) -> "ClipSource":
        """Makes a source of some of the clips, with the same reader.

        Args:
            indices: The clips, by their index.
            origin: What they are, in words, for the report; that of this source if
                None.
        """
        rows = _column(indices)
        if isinstance(self.clips, ClipTable):
            clips = self.clips.take(rows)
        else:
            clips = [self.clips[row] for row in rows]
        report = replace(
            self.report,
            origin=origin or self.report.origin,
            clips=len(clips),
            seconds=int(self.lengths[rows].sum()) / self.sample_rate,
        )
        return self._changed(
            clips=clips,
            report=report,
            recordings=self.recordings[rows],
            starts=self.starts[rows],
        )

    def shortened(
        self,
        starts: Sequence[int] | np.ndarray,
        clips: Sequence[ClipInfo],
        report: SourceReport,
    ) -> "ClipSource":
        """Makes a source of a segment of each clip, with the same reader.

        Args:
            starts: For each clip, the first sample of its segment.
            clips: What is known of each segment, with its length.
            report: The report of the new source.
        """
        return self._changed(
            clips=clips, report=report, starts=self.starts + _column(starts)
        )

    def filtered(self, waveform_filter: Any) -> "ClipSource":
        """Makes a source of the same clips, filtered as they are read."""
        return self._changed(waveform_filter=waveform_filter)

    def _changed(self, **changes: Any) -> "ClipSource":
        parts = {
            "clips": self.clips,
            "report": self.report,
            "recordings": self.recordings,
            "starts": self.starts,
            "waveform_filter": self.waveform_filter,
            **changes,
        }
        return ClipSource(self.sample_rate, reader=self.reader, **parts)

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, index: int) -> Clip:
        """Reads one whole clip; `read` and `blocks` serve clips of any length."""
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"The source has {len(self)} clips. Received: index={index}"
            )
        index = int(index) % len(self)
        return Clip(self.read(index, 0, int(self.lengths[index])), self.clips[index])

    def __iter__(self) -> Iterator[Clip]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.report.summary()})"


def _column(values: Sequence[int] | range | np.ndarray) -> np.ndarray:
    return np.array(values, "int64")


def _filtered(
    blocks: Iterator[np.ndarray], waveform_filter: Any
) -> Iterator[np.ndarray]:
    """Filters blocks that follow each other, as one waveform."""
    order = waveform_filter.order
    past = np.zeros(0, "float32")  # the last samples before the next block
    for block in blocks:
        samples = np.concatenate([past, block])
        yield waveform_filter(samples)[len(past) :]
        past = samples[max(len(samples) - order, 0) :]
