"""The progress bar of long readings."""

import io
import sys
import time

import pytest

from keras_wavenet.utils import progress
from keras_wavenet.utils.progress import show_progress

pytestmark = pytest.mark.neutral


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def no_delay(monkeypatch):
    monkeypatch.setattr(progress, "_DELAY", 0)


def slowly(items):
    for item in items:
        yield item
        time.sleep(0.11)  # longer than the interval between two states of the bar


def test_a_long_reading_is_counted_and_its_bar_removed(no_delay):
    terminal = Terminal()
    items = show_progress(slowly("abcd"), 4, "Reading", terminal)
    assert list(items) == list("abcd")
    lines = terminal.getvalue().split("\r")
    assert lines[1].startswith("Reading:   0%") and "0/4" in lines[1]
    assert any(line.startswith("Reading:  50%") and "2/4" in line for line in lines)
    assert lines[-2].strip() == "" and lines[-1] == ""


def test_an_error_leaves_no_bar(no_delay):
    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt):
        for item in show_progress("ab", 2, "Reading", terminal):
            if item == "b":
                raise KeyboardInterrupt
    del item
    lines = terminal.getvalue().split("\r")
    assert len(lines) > 2 and lines[-2].strip() == "" and lines[-1] == ""


def test_a_short_reading_writes_nothing():
    terminal = Terminal()
    assert list(show_progress("ab", 2, "Reading", terminal)) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_nothing_is_written_without_a_terminal(no_delay):
    plain = io.StringIO()
    assert list(show_progress("ab", 2, "Reading", plain)) == ["a", "b"]
    assert plain.getvalue() == ""


def test_without_tqdm_the_items_are_returned(no_delay, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as if not installed
    terminal = Terminal()
    assert list(show_progress("ab", 2, "Reading", terminal)) == ["a", "b"]
    assert terminal.getvalue() == ""
