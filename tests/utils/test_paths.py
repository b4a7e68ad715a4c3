"""Paths of users: `~` is the home folder, wherever it is written."""

from pathlib import Path

import pytest

from keras_wavenet.utils.paths import expand_home, replace_missing_home, user_path

pytestmark = pytest.mark.neutral


def test_the_home_folder_stands_for_a_tilde_at_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert user_path("~/voice") == tmp_path / "voice"
    assert user_path("~") == tmp_path


@pytest.mark.parametrize("text", ["a/~/b", "~$notes.wav", "gs://bucket/a", ".", "a~"])
def test_other_paths_are_left_as_they_are(text):
    assert expand_home(text) == text


def test_without_a_home_folder_a_tilde_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("HOME", "~")  # as Python has it for a user without one
    monkeypatch.setenv("USERPROFILE", "~")
    with pytest.raises(ValueError, match="set the variable HOME"):
        user_path("~/voice")
    assert expand_home("voice") == "voice"


def test_libraries_get_a_folder_where_a_user_has_none(monkeypatch):
    variables = {"KERAS_HOME": "/keras"}
    replace_missing_home(variables)
    assert variables == {"KERAS_HOME": "/keras"}
    monkeypatch.setenv("HOME", "~")
    monkeypatch.setenv("USERPROFILE", "~")
    with pytest.warns(UserWarning, match="no home folder"):
        replace_missing_home(variables)
    assert variables["KERAS_HOME"] == "/keras"
    assert Path(variables["TFDS_DATA_DIR"]).parent.is_dir()
