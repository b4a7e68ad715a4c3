"""What a model must beat: two predictors that need no training worth the name."""

from dataclasses import dataclass

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.layers.mu_law import mu_law_encode

_MOST_LEVELS = 4096  # the table has levels x levels entries


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

    Args:
        train_source: Clips to count.
        validation_source: Clips to score.
        levels: Number of mu-law codes, from 2 to 4096.

    Returns:
        The `Yardstick`, in bits per sample.

    Raises:
        ValueError: If `levels` is out of range.
    """
    if not 2 <= levels <= _MOST_LEVELS:
        raise ValueError(
            f"`levels` must be from 2 to {_MOST_LEVELS}. Received: levels={levels}"
        )
    learned = _count_transitions(train_source, levels)
    scored = _count_transitions(validation_source, levels)
    return Yardstick(
        histogram=_bits(learned.sum(axis=0), scored.sum(axis=0)),
        last_sample=_bits(learned, scored),
    )


def _count_transitions(source: ClipSource, levels: int) -> np.ndarray:
    """How often each code follows each other: `(levels, levels)`, [before, after]."""
    silence = mu_law_encode(np.zeros(1, "float32"), levels)
    counts = np.zeros(levels * levels, "int64")
    for clip in source:
        codes = mu_law_encode(clip.waveform, levels)
        before = np.concatenate([silence, codes[:-1]])
        counts += np.bincount(before * levels + codes, minlength=counts.size)
    return counts.reshape(levels, levels)


def _bits(learned: np.ndarray, scored: np.ndarray) -> float:
    """Mean code length of the scored counts under the learned ones, plus one each."""
    smoothed = learned + 1
    probabilities = smoothed / smoothed.sum(axis=-1, keepdims=True)
    return float(-(scored * np.log2(probabilities)).sum() / scored.sum())
