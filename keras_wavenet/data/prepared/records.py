"""Records of a prepared dataset: their numbers, their features and their examples.

A clip is stored in parts of at most `PART_LENGTH` samples, one part a record, so that
a recording of hours is never read or decoded as a whole.
"""

import functools
from collections.abc import Iterable, Iterator
from itertools import groupby, islice, starmap
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.pcm import to_pcm

PART_LENGTH = BLOCK_LENGTH  # samples: 4 s at 16 kHz
SAMPLE_BYTES = 2  # int16
_SHORT = 8  # parts: clips up to it are decoded whole, several at a time
_AHEAD = 4  # of them for each thread


class Records:
    """Numbers of the records of a split: clip after clip, part after part.

    Args:
        lengths: Samples of each clip, shape `(clips,)`.

    Attributes:
        counts: int64 array, shape `(clips,)`: number of records of each clip.
        clips: int64 array, shape `(records,)`: the clip of each record.
        parts: int64 array, shape `(records,)`: which part of its clip each record is.
        samples: int64 array, shape `(records,)`: samples of each record.
    """

    def __init__(self, lengths: np.ndarray | list[int]):
        lengths = np.asarray(lengths, "int64")
        self.counts = -(-lengths // PART_LENGTH)
        self._firsts = np.cumsum(self.counts) - self.counts  # (clips,)
        self.clips = np.repeat(np.arange(len(lengths)), self.counts)
        self.parts = np.arange(len(self.clips)) - self._firsts[self.clips]
        left = lengths[self.clips] - self.parts * PART_LENGTH
        self.samples = np.minimum(left, PART_LENGTH)

    def __len__(self) -> int:
        return len(self.clips)

    def number(self, clip: int, part: int) -> int:
        """Returns the record that holds a part of a clip."""
        return int(self._firsts[clip]) + part

    def ends_clip(self, number: int) -> bool:
        """Whether a record holds the last part of its clip."""
        return self.parts[number] + 1 == self.counts[self.clips[number]]

    def pack(self, shard_bytes: int) -> list[int]:
        """Fills shards with records, in order, up to a number of bytes of audio.

        Returns:
            Number of records in each shard, at least one.
        """
        ends = np.cumsum(self.samples) * SAMPLE_BYTES  # (records,)
        counts, first, done = [], 0, 0
        while first < len(ends):
            stop = int(np.searchsorted(ends, done + shard_bytes, side="right"))
            stop = max(stop, first + 1)
            counts.append(stop - first)
            first, done = stop, int(ends[stop - 1])
        return counts


@functools.cache
def record_features() -> Any:
    """Returns the tfds features of a record.

    Audio is stored as int16 bytes, which tfds reads without TensorFlow. Unknown labels
    are empty texts.
    """
    kinds = import_extra("tensorflow_datasets", "A prepared dataset").features
    return kinds.FeaturesDict(
        {
            "audio": kinds.Tensor(shape=(None,), dtype=np.int16, encoding="bytes"),
            "id": kinds.Text(),
            "part": kinds.Scalar(np.int64),  # from 0 on
            "parts": kinds.Scalar(np.int64),
            "speaker": kinds.Text(),
            "label": kinds.Text(),
            "transcript": kinds.Text(),
        }
    )


def record_labels(info: ClipInfo) -> dict[str, str]:
    """Returns the labels of a clip as its records hold them."""
    labels = {
        "id": info.clip_id,
        "speaker": info.speaker,
        "label": info.label,
        "transcript": info.transcript,
    }
    return {name: _to_unicode(text or "") for name, text in labels.items()}


def _to_unicode(text: str) -> str:
    """A text that can be stored, also where a file name is not Unicode."""
    return text.encode("utf-8", "replace").decode()


def encode_records(
    source: ClipSource, records: Records, wanted: Iterable[range]
) -> Iterator[dict[str, Any]]:
    """Yields the examples of some records of a source, in order.

    Each clip is read from its first sample on: decoders and filters give the same
    samples at every reading only then. Short clips are read in several threads; of a
    long one, no more than a block is in memory.

    Args:
        source: The clips.
        records: Their records.
        wanted: Numbers of records, in rising order.
    """

    def encode(clip: int, parts: set[int]) -> Iterator[dict[str, Any]]:
        labels, count = record_labels(source.clips[clip]), int(records.counts[clip])
        for part, block in enumerate(islice(source.blocks(clip), max(parts) + 1)):
            if part in parts:
                yield {"audio": to_pcm(block), "part": part, "parts": count, **labels}

    numbers = (number for numbers in wanted for number in numbers)
    clips = (
        (clip, {int(records.parts[number]) for number in group})
        for clip, group in groupby(numbers, key=lambda n: int(records.clips[n]))
    )
    for is_short, group in groupby(clips, key=lambda clip: max(clip[1]) < _SHORT):
        if is_short:
            encoded = map_in_threads(lambda clip: list(encode(*clip)), group, _AHEAD)
        else:
            encoded = starmap(encode, group)
        for examples in encoded:
            yield from examples
