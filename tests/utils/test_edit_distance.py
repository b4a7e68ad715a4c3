"""Edit distances worked out by hand."""

import pytest

from keras_wavenet.utils.edit_distance import edit_distance

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "reference, hypothesis, distance",
    [
        ("kitten", "sitting", 3),  # two substitutions and an insertion
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("abcd", "bcda", 2),
        ("", "", 0),
    ],
)
def test_the_distance_is_the_fewest_edits(reference, hypothesis, distance):
    assert edit_distance(reference, hypothesis) == distance
