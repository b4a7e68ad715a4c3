"""What a model must beat: two predictors that need no training worth the name."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from keras_wavenet.data.clip_source import BLOCK_LENGTH, ClipSource
from keras_wavenet.data.progress import show_progress
from keras_wavenet.layers import checks
from keras_wavenet.layers.mu_law import mu_law_encode

_MOST_TABLE_LEVELS = 1024  # a whole table has levels x levels entries
_MOST_SAMPLES = 2**24  # heard where it does not fit: 17 minutes at 16 kHz


@dataclass(frozen=True)
class Yardstick:
    """Validation bits per sample of two simple predictors of mu-law codes.

    A model above `histogram` has learned nothing; one below `last_sample` has learned
    more than that neighbouring samples are alike.

    Attributes:
        histogram: Each code predicted by how often training clips hold it.
        last_sample: Each code predicted from the one before it, by a table of how often
            training clips go from one to the other.
    """

    histogram: float
    last_sample: float

    def __str__(self) -> str:
        return (
            f"bits per sample: {self.histogram:.3f} by the histogram of the training "
            f"codes, {self.last_sample:.3f} by a table from one code to the next"
        )


def measure_yardstick(
    train_source: ClipSource, validation_source: ClipSource, levels: int = 256
) -> Yardstick:
    """Count codes and transitions in training clips, and score validation clips.

    Both tables are smoothed by adding one to each count. Every sample of every
    validation clip is scored, as in an evaluation by tiling; the sample before the
    first one of a clip is silence.

    Memory does not grow with the clips. Above 1,024 codes, where the whole table would
    not fit, only transitions that occur in the validation are counted, and of each
    source at most about 17 million samples, of clips evenly chosen, are heard.

    Args:
        train_source: Clips to count.
        validation_source: Clips to score.
        levels: Number of mu-law codes, from 2 to 65536.

    Returns:
        The `Yardstick`, in bits per sample.

    Raises:
        ValueError: If `levels` is out of range.
    """
    return measure_yardsticks(train_source, [validation_source], levels)[0]


def measure_yardsticks(
    train_source: ClipSource, scored_sources: Sequence[ClipSource], levels: int = 256
) -> list[Yardstick]:
    """A `Yardstick` for each of several sources; training clips are counted once.

    Arguments and errors are those of `measure_yardstick`.
    """
    checks.levels(levels)
    pairs = _pairs_to_count(scored_sources, levels)
    learned = _Counts(train_source, levels, pairs)
    before = np.arange(levels).repeat(levels) if pairs is None else pairs // levels
    samples = learned.codes.sum()

    def score(source):
        scored = _Counts(source, levels, pairs)
        return Yardstick(
            _bits(learned.codes, samples, scored.codes, levels),
            _bits(learned.pairs, learned.before[before], scored.pairs, levels),
        )

    return [score(source) for source in scored_sources]


class _Counts:
    """How often codes, and pairs of neighbouring ones, occur in a source.

    A pair is numbered `before * levels + after`.

    Attributes:
        codes: Counts of each code, `(levels,)`.
        before: Counts of each code as the first of a pair, `(levels,)`.
        pairs: Counts of the pairs asked for, or of all.
    """

    def __init__(self, source: ClipSource, levels: int, pairs: np.ndarray | None):
        self.codes = np.zeros(levels, "int64")
        self.before = np.zeros(levels, "int64")
        self.pairs = np.zeros(levels**2 if pairs is None else len(pairs), "int64")
        for found in _read_pairs(source, levels):
            before, after = np.divmod(found, levels)
            np.add.at(self.before, before, 1)
            np.add.at(self.codes, after, 1)
            if pairs is not None:
                places = np.searchsorted(pairs, found).clip(max=len(pairs) - 1)
                found = places[pairs[places] == found]
            np.add.at(self.pairs, found, 1)


def _pairs_to_count(sources: Sequence[ClipSource], levels: int) -> np.ndarray | None:
    """The pairs of codes that occur, in order; None where all pairs can be counted."""
    if levels <= _MOST_TABLE_LEVELS:
        return None
    every = (pairs for source in sources for pairs in _read_pairs(source, levels))
    return np.unique(np.concatenate(list(every)))


def _read_pairs(source: ClipSource, levels: int) -> Iterator[np.ndarray]:
    """The pairs of neighbouring codes of a source, a block at a time."""
    if levels <= _MOST_TABLE_LEVELS:
        return _pairs_of_clips(source, range(len(source)), levels)
    every = -(-int(source.lengths.sum()) // _MOST_SAMPLES)
    blocks = _pairs_of_clips(source, range(0, len(source), every), levels)
    return itertools.islice(blocks, _MOST_SAMPLES // BLOCK_LENGTH)


def _pairs_of_clips(source, indices, levels):
    silence = mu_law_encode(np.zeros(1, "float32"), levels)
    for index in show_progress(indices, len(indices), "Counting codes of clips"):
        last = silence
        for block in source.blocks(index):
            codes = np.concatenate([last, mu_law_encode(block, levels)]).astype("int64")
            yield codes[:-1] * levels + codes[1:]
            last = codes[-1:]


def _bits(learned, totals, scored, levels) -> float:
    """Mean code length of the scored counts under the learned ones, plus one each."""
    probabilities = (learned + 1) / (totals + levels)
    return float(-(scored * np.log2(probabilities)).sum() / scored.sum())
