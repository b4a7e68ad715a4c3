"""The line that says how far a long reading is."""

import io

import pytest

from keras_wavenet.utils import progress
from keras_wavenet.utils.progress import show_progress

pytestmark = pytest.mark.neutral


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_INTERVAL", 0)


def test_a_long_reading_is_counted_and_the_line_removed(impatient):
    terminal = Terminal()
    assert list(show_progress("abcd", 4, "Reading", terminal)) == list("abcd")
    lines = terminal.getvalue().split("\r")
    assert lines[1].startswith("Reading: 0 of 4 (0%)")
    assert lines[3].startswith("Reading: 2 of 4 (50%), 0:00 left")
    assert lines[-2].strip() == "" and lines[-1] == ""


def test_the_line_never_wraps(impatient, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    list(show_progress("ab", 2, "Reading a folder of a long name", terminal))
    assert max(map(len, terminal.getvalue().split("\r"))) == 19


def test_an_error_leaves_no_line_behind(impatient):
    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt):
        for item in show_progress("ab", 2, "Reading", terminal):
            if item == "b":
                raise KeyboardInterrupt
    del item
    assert terminal.getvalue().endswith("\r")


def test_a_short_reading_writes_nothing():
    terminal = Terminal()
    assert list(show_progress("ab", 2, "Reading", terminal)) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_nothing_is_written_where_no_terminal_is(impatient):
    plain = io.StringIO()
    assert list(show_progress("ab", 2, "Reading", plain)) == ["a", "b"]
    assert plain.getvalue() == ""
