"""Baselines: bits per sample of two predictors that are counted, not trained."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from keras_wavenet import distributions
from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.distributions import Distribution
from keras_wavenet.utils.progress import show_progress

_MOST_TABLE_LEVELS = 1024  # a whole table has levels x levels entries
_MOST_SAMPLES = 2**24  # read where it does not fit: 17 minutes at 16 kHz
_MOST_COUNTED = 2**28  # of training clips where it fits: 4.7 hours at 16 kHz


@dataclass(frozen=True)
class Baseline:
    """Validation bits per sample of two simple predictors of a distribution's codes.

    A model above `histogram` has learned nothing; one below `last_sample` has learned
    more than that neighbouring samples are alike.

    Attributes:
        histogram: Each code predicted by how often training clips hold it.
        last_sample: The last-sample predictor: each code predicted from the one before
            it, by a table of how often training clips go from one to the other. Evenly
            spaced levels are too many for that, and are predicted by how often clips go
            so far up or down.
    """

    histogram: float
    last_sample: float

    @property
    def by_name(self) -> dict[str, float]:
        """Both, by what a chart or a table calls them."""
        return {
            "histogram of the codes": self.histogram,
            "last-sample predictor": self.last_sample,
        }

    def __str__(self) -> str:
        return (
            f"bits per sample: {self.histogram:.3f} by the histogram of the training "
            f"codes, {self.last_sample:.3f} by the last-sample predictor"
        )


def measure_baseline(
    train_source: ClipSource,
    validation_source: ClipSource,
    distribution: str | dict | Distribution = "categorical",
) -> Baseline:
    """Count codes and transitions in training clips, and score validation clips.

    Both tables are smoothed by adding one to each count. Every sample of every
    validation clip is scored, as in an evaluation by tiling; the sample before the
    first one of a clip is silence.

    Memory does not grow with the clips. Of more than about 268 million samples of
    training clips (4.7 hours at 16 kHz), clips evenly chosen are counted. Above 1,024
    mu-law codes, where the whole table would not fit, only transitions that occur in
    the validation are counted, and of each source at most about 17 million samples, of
    clips evenly chosen, are read.

    Args:
        train_source: Clips to count.
        validation_source: Clips to score.
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`: what is
            counted are its codes.

    Returns:
        The `Baseline`, in bits per sample.

    Raises:
        ValueError, TypeError: If there is no such distribution.
    """
    return measure_baselines(train_source, [validation_source], distribution)[0]


def measure_baselines(
    train_source: ClipSource,
    scored_sources: Sequence[ClipSource],
    distribution: str | dict | Distribution = "categorical",
) -> list[Baseline]:
    """A `Baseline` for each of several sources; training clips are counted once.

    Arguments and errors are those of `measure_baseline`.
    """
    coding = _Coding(distributions.get(distribution))
    moves = _moves_to_count(scored_sources, coding)
    learned = _Counts(_some_clips(train_source, _MOST_COUNTED), coding, moves)
    samples = learned.codes.sum()
    if moves is None:
        contexts = np.arange(coding.contexts).repeat(coding.outcomes)
    else:
        contexts = moves // coding.outcomes

    def score(source):
        scored = _Counts(source, coding, moves)
        totals = learned.contexts[contexts]
        return Baseline(
            _bits(learned.codes, samples, scored.codes, coding.levels),
            _bits(learned.moves, totals, scored.moves, coding.outcomes),
        )

    return [score(source) for source in scored_sources]


class _Coding:
    """The codes of a distribution, and what is counted as a move between two.

    A move has a context, which is what is known before it, and an outcome; its number
    is `context * outcomes + outcome`. The context is the code before and the outcome
    the code after, or, of evenly spaced levels, nothing and the difference.

    Attributes:
        levels: Number of codes.
        contexts, outcomes: Numbers of contexts and outcomes.
        fits: Whether all moves can be counted at once.
    """

    def __init__(self, distribution: Distribution):
        self.encode = distribution.encode
        self.levels = self.contexts = self.outcomes = distribution.levels
        self.fits = self.levels <= _MOST_TABLE_LEVELS
        self._differences = distribution.evenly_spaced
        if self._differences:
            self.contexts, self.outcomes, self.fits = 1, 2 * self.levels - 1, True

    def moves(self, codes: np.ndarray) -> np.ndarray:
        """The number of each move from one of some codes to the next."""
        before, after = codes[:-1].astype("int64"), codes[1:]
        if self._differences:
            return after - before + self.levels - 1
        return before * self.outcomes + after


class _Counts:
    """How often codes, and moves from one to the next, occur in a source.

    Attributes:
        codes: Counts of each code, `(levels,)`.
        contexts: Counts of each context of a move, `(contexts,)`.
        moves: Counts of the moves asked for, or of all.
    """

    def __init__(self, source: ClipSource, coding: _Coding, asked: np.ndarray | None):
        possible = coding.contexts * coding.outcomes
        self.codes = np.zeros(coding.levels, "int64")
        self.contexts = np.zeros(coding.contexts, "int64")
        self.moves = np.zeros(possible if asked is None else len(asked), "int64")
        for codes in _read_codes(source, coding):
            found = coding.moves(codes)
            np.add.at(self.codes, codes[1:], 1)
            np.add.at(self.contexts, found // coding.outcomes, 1)
            if asked is not None:
                places = np.searchsorted(asked, found).clip(max=len(asked) - 1)
                found = places[asked[places] == found]
            np.add.at(self.moves, found, 1)


def _moves_to_count(
    sources: Sequence[ClipSource], coding: _Coding
) -> np.ndarray | None:
    """The moves that occur, in order; None where all of them can be counted."""
    if coding.fits:
        return None
    blocks = (codes for source in sources for codes in _read_codes(source, coding))
    return np.unique(np.concatenate([coding.moves(codes) for codes in blocks]))


def _read_codes(source: ClipSource, coding: _Coding) -> Iterator[np.ndarray]:
    """The codes of a source, a block at a time, each after the last one before it."""
    if coding.fits:
        return _codes_of_clips(source, range(len(source)), coding)
    some = _some_clips(source, _MOST_SAMPLES)
    blocks = _codes_of_clips(some, range(len(some)), coding)
    return itertools.islice(blocks, _MOST_SAMPLES // BLOCK_LENGTH)


def _some_clips(source: ClipSource, most: int) -> ClipSource:
    """Clips evenly chosen, of so many samples; all of them if there are no more."""
    every = -(-int(source.lengths.sum()) // most)
    return source if every == 1 else source.select(range(0, len(source), every))


def _codes_of_clips(source, indices, coding):
    silence = coding.encode(np.zeros(1, "float32"))
    for index in show_progress(indices, len(indices), "Counting codes of clips"):
        last = silence
        for block in source.blocks(index):
            codes = np.concatenate([last, coding.encode(block)])
            yield codes
            last = codes[-1:]


def _bits(learned, totals, scored, outcomes) -> float:
    """Mean code length of the scored counts under the learned ones, plus one each."""
    probabilities = (learned + 1) / (totals + outcomes)
    return float(-(scored * np.log2(probabilities)).sum() / scored.sum())
