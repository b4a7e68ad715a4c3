"""From frames to transcripts, and how far these are from what was said."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from keras_wavenet.utils import checks
from keras_wavenet.utils.edit_distance import edit_distance


def merge_runs(
    labels: Sequence[str], ignore: Collection[str] = (), shortest: int = 1
) -> list[str]:
    """One label for each run of equal ones.

    Args:
        labels: The label of each frame, or of each segment.
        ignore: Labels that are left out of the result. They still part the runs of a
            label before and after them.
        shortest: Length that a run must have; shorter ones are taken out first, and
            what stood on either side of them is merged where it is equal.

    Raises:
        ValueError: If `shortest` is below 1.

    Example:
        `merge_runs(["a", "a", "sil", "a", "b"], ignore=["sil"])` is
        `["a", "a", "b"]`; with `shortest=2` it is `["a"]`.
    """
    checks.positive(shortest=shortest)
    runs = [(label, len(list(run))) for label, run in groupby(labels)]
    long = [label for label, length in runs if length >= shortest]
    return [label for label, _ in groupby(long) if label not in ignore]


def phoneme_error_rate(
    references: Sequence[Sequence], hypotheses: Sequence[Sequence]
) -> float:
    """Substitutions, deletions and insertions in all clips per phoneme that was said.

    Args:
        references: For each clip, the phonemes that were said.
        hypotheses: For each clip, those that were recognised.

    Returns:
        The rate: 0 is perfect; insertions may carry it above 1.

    Raises:
        ValueError: If the numbers of clips differ, or nothing was said.
    """
    if len(references) != len(hypotheses):
        raise ValueError(
            "`references` and `hypotheses` must have an item for each clip. "
            f"Received: {len(references)} and {len(hypotheses)}"
        )
    spoken = sum(map(len, references))
    if not spoken:
        raise ValueError("`references` must hold at least one phoneme. Received: none")
    return sum(map(edit_distance, references, hypotheses)) / spoken


def frame_accuracy(labels: Any, found: Any, weights: Any = None) -> float:
    """Share of frames that were given the right class.

    Args:
        labels: Integers, the true class of each frame; -1 where there is none, which
            does not count.
        found: Integers of the same shape, the classes that were recognised.
        weights: Numbers of the same shape, how much each frame counts; all alike if
            None.

    Raises:
        ValueError: If the shapes differ, or no frame counts.
    """
    labels, found = np.asarray(labels), np.asarray(found)
    weights = np.ones(labels.shape) if weights is None else np.asarray(weights)
    if not labels.shape == found.shape == weights.shape:
        raise ValueError(
            "`labels`, `found` and `weights` must have one shape. Received: shapes "
            f"{labels.shape}, {found.shape} and {weights.shape}"
        )
    counted = np.where(labels >= 0, weights, 0.0)
    if counted.sum() <= 0:
        raise ValueError(
            "`labels` must have a class for at least one frame that counts. "
            "Received: none"
        )
    return float((counted * (labels == found)).sum() / counted.sum())
