"""The edit distance, of which word and phoneme error rates are made."""

from collections.abc import Sequence


def edit_distance(reference: Sequence, hypothesis: Sequence) -> int:
    """Fewest substitutions, deletions and insertions from one sequence to another.

    References:
        - Levenshtein (1966); Wagner & Fischer (1974) for the table by rows.
    """
    row = list(range(len(hypothesis) + 1))  # from nothing: insertions
    for deleted, wanted in enumerate(reference, 1):
        diagonal, row[0] = row[0], deleted
        for place, found in enumerate(hypothesis, 1):
            substituted = diagonal + (wanted != found)
            diagonal = row[place]
            row[place] = min(substituted, diagonal + 1, row[place - 1] + 1)
    return row[-1]
