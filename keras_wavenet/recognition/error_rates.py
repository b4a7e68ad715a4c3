"""How far transcripts and classes of frames are from the reference."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_wavenet.utils.edit_distance import edit_distance


def phoneme_error_rate(
    references: Sequence[Sequence], hypotheses: Sequence[Sequence]
) -> float:
    """Substitutions, deletions and insertions in all clips per reference phoneme.

    Args:
        references: For each clip, its true phonemes.
        hypotheses: For each clip, the recognized ones.

    Returns:
        The rate, 0 without errors; insertions may raise it above 1.

    Raises:
        ValueError: If the numbers of clips differ, or there is no reference phoneme.
    """
    if len(references) != len(hypotheses):
        raise ValueError(
            "`references` and `hypotheses` must have an item for each clip. "
            f"Received: {len(references)} and {len(hypotheses)}"
        )
    phonemes = sum(map(len, references))
    if not phonemes:
        raise ValueError("`references` must hold at least one phoneme. Received: none")
    return sum(map(edit_distance, references, hypotheses)) / phonemes


def frame_accuracy(labels: Any, predictions: Any, weights: Any = None) -> float:
    """Share of frames that were given the right class.

    Args:
        labels: Integers, the true class of each frame; -1 where there is none, which
            does not count.
        predictions: Integers of the same shape, the recognized classes.
        weights: Numbers of the same shape, the weight of each frame; all 1 if None.

    Raises:
        ValueError: If the shapes differ, or no frame counts.
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    weights = np.ones(labels.shape) if weights is None else np.asarray(weights)
    if not labels.shape == predictions.shape == weights.shape:
        raise ValueError(
            "`labels`, `predictions` and `weights` must have one shape. Received: "
            f"shapes {labels.shape}, {predictions.shape} and {weights.shape}"
        )
    counted = np.where(labels >= 0, weights, 0.0)
    if counted.sum() <= 0:
        raise ValueError(
            "`labels` must have a class for at least one frame that counts. "
            "Received: none"
        )
    return float((counted * (labels == predictions)).sum() / counted.sum())
