"""Architecture flags."""

import argparse
import re

import pytest

from keras_wavenet.commands import model_arguments

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1,2,4,8", [1, 2, 4, 8]),
        ("1..8", [1, 2, 4, 8]),
        ("1..4x3", [1, 2, 4, 1, 2, 4, 1, 2, 4]),
        ("1..4x2, 9", [1, 2, 4, 1, 2, 4, 9]),
    ],
)
def test_dilations_are_lists_and_doubling_cycles(text, expected):
    assert model_arguments.parse_dilations(text) == expected


@pytest.mark.parametrize("text", ["", "1,,2", "2..8", "1..8x", "one", "1..3"])
def test_other_dilations_are_refused(text):
    with pytest.raises(ValueError, match="Received: " + re.escape(text)):
        model_arguments.parse_dilations(text)


def test_only_flags_that_were_given_change_a_preset():
    parser = argparse.ArgumentParser()
    model_arguments.add_model_arguments(parser)
    given = ["--dilations", "1,2", "--skip-channels", "8", "--no-use-bias"]
    overrides = model_arguments.model_overrides(parser.parse_args(given))
    assert overrides == {"dilations": [1, 2], "skip_channels": 8, "use_bias": False}
