"""A wrong name is answered with the nearest one that exists, or with none."""

import pytest

from keras_wavenet.utils.nearest import did_you_mean, nearest

pytestmark = pytest.mark.neutral
KNOWN = ["wavenet_speech", "wavenet_tiny", "train", "--temperature", "hf://", None]


@pytest.mark.parametrize(
    "name, expected",
    [
        ("wavenet_tny", "wavenet_tiny"),
        ("WaveNet_Speech", "wavenet_speech"),
        ("trian", "train"),
        ("--temprature", "--temperature"),
        ("hff://", "hf://"),
        ("nosuch", None),
        ("", None),
        (3, None),
        ("train" * 10**5, None),
    ],
)
def test_a_name_is_near_to_one_like_it_and_to_no_other(name, expected):
    assert nearest(name, KNOWN) == expected


def test_an_error_ends_with_a_question_or_with_nothing():
    assert did_you_mean("trian", KNOWN) == "; did you mean 'train'?"
    assert did_you_mean("nosuch", KNOWN) == ""
