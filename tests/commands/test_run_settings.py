"""What of a training command says which run it is."""

import pytest

from keras_wavenet.cli import build_parser
from keras_wavenet.commands.condition_arguments import NAMES
from keras_wavenet.commands.run_settings import differences, settings_of

pytestmark = pytest.mark.neutral


def settings(*flags):
    return settings_of(build_parser().parse_args(["train", *flags]))


def test_what_the_model_says_itself_is_not_told_twice():
    assert not {*NAMES, "distribution", "levels", "start"} & settings().keys()


def test_a_window_is_compared_by_the_length_it_comes_to():
    assert "window_length" not in settings()
    of_old_version = {**settings(), "window_length": None}
    assert differences(of_old_version, settings()) == []
    found = differences(
        {"data": {"window_length": 8000}}, {"data": {"window_length": 4}}
    )
    assert found == ["data.window_length: was 8000, is 4"]


def test_a_folder_of_frames_may_move_but_not_go():
    here, there = settings("--local-dir", "here"), settings("--local-dir", "there")
    assert here == there
    assert differences(here, settings()) == ["local_dir: was True, is False"]


def test_a_long_difference_is_cut():
    (line,) = differences({"speakers": ["p" * 9] * 100}, {"speakers": None})
    assert len(line) < 120 and line.endswith("..., is None")
