"""The edit distance, from which word and phoneme error rates are computed."""

from collections.abc import Sequence


def edit_distance(reference: Sequence, hypothesis: Sequence) -> int:
    """Fewest substitutions, deletions and insertions from one sequence to another.

    References:
        - Levenshtein (1966); Wagner & Fischer (1974) for the table by rows.
    """
    row = list(range(len(hypothesis) + 1))  # from an empty reference: insertions
    for deletions, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], deletions
        for column, received in enumerate(hypothesis, 1):
            substituted = diagonal + (expected != received)
            diagonal = row[column]
            row[column] = min(substituted, diagonal + 1, row[column - 1] + 1)
    return row[-1]
