"""The line that tells how much audio is done."""

import io
import sys

import numpy as np
import pytest
import soundfile

from keras_wavenet.commands.progress_line import ProgressLine
from keras_wavenet.data import FolderSource

pytestmark = pytest.mark.neutral


class Terminal(io.StringIO):
    """Text that believes to be on a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def splits(tmp_path):
    """Two clips of 36 seconds."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        soundfile.write(tmp_path / name / "x.wav", np.full(36000, 0.1), 1000)
    return {name: FolderSource(tmp_path / name, 1000) for name in ("a", "b")}


def test_it_counts_clips_and_hours_and_goes_away(monkeypatch, splits):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with ProgressLine(splits) as line:
        line.show(0, 0.0)  # nothing is known yet
        line.show(1, 36.0)
        line.show(1, 40.0)  # too soon after the last
    written = sys.stderr.getvalue()
    assert written.count("of 2 clips") == 1
    assert written.startswith("\r1 of 2 clips, 0.01 of 0.02 h (50%), 0:00 left")
    assert written.endswith(" \r")


def test_a_file_holds_no_progress(monkeypatch, splits):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with ProgressLine(splits) as line:
        line.show(1, 36.0)
    assert sys.stderr.getvalue() == ""
