"""The summary of the data before a run: figures, words, advice where needed."""

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import FolderSource
from keras_wavenet.data.summary import summarize

pytestmark = pytest.mark.neutral

RATE = 16000


@pytest.fixture
def summary_of(tmp_path):
    """Summarize a folder with these waveforms: name -> (waveform, rate)."""

    def summary_of(**recordings):
        for name, (waveform, rate) in recordings.items():
            soundfile.write(tmp_path / f"{name}.wav", waveform, rate)
        return summarize(FolderSource(tmp_path, RATE), window_length=8000)

    return summary_of


def speech_like(seconds, rate=RATE, level=0.1):
    """Noise that stays clear of full scale."""
    noise = np.random.default_rng(0).normal(0, level, int(seconds * rate))
    return noise.clip(-0.9, 0.9)


def test_good_data_stands_in_figures_and_needs_no_advice(summary_of):
    found = summary_of(long=(speech_like(700), RATE), short=(speech_like(0.25), RATE))
    assert found.advice == []
    assert found.loudness.decibels == pytest.approx(-20, abs=0.1)
    words = str(found)
    assert "2 clips, 0.19 hours (700.2 s)" in words
    assert "recorded at 16000 Hz (2); read at 16000 Hz" in words
    assert "clips of 0.25 to 700.00 s" in words
    assert "50% are shorter than a window of 0.50 s, and are used" in words
    assert "Verdict: no problem found." in words


def test_rejected_files_are_named(summary_of, tmp_path):
    (tmp_path / "empty.wav").touch()
    with pytest.warns(UserWarning, match="Skipped 1 of 2"):
        words = str(summary_of(good=(speech_like(700), RATE)))
    assert "  1 rejected:\n    empty.wav: empty file" in words


def test_the_layout_and_the_notes_of_the_report_are_said(summary_of, tmp_path):
    (tmp_path / "metadata.csv").write_text("path,split\ngood.wav,train\ngone.wav,dev\n")
    words = str(summary_of(good=(speech_like(700), RATE), other=(speech_like(9), RATE)))
    assert "  layout: metadata.csv\n" in words
    assert "1 of 2 rows are not there, such as gone.wav" in words
    assert "1 of 2 files have no row, and are in no split, such as other.wav" in words


@pytest.mark.parametrize(
    ("waveform", "rate", "advice"),
    [
        (speech_like(5), RATE, "only 5.0 s of audio"),
        (np.clip(9 * speech_like(700), -1, 1), RATE, "% of the samples are clipped"),
        (speech_like(700, level=3e-3), RATE, "the level of -50.5 dBFS is very low"),
        (
            np.concatenate([speech_like(300), np.zeros(400 * RATE)]),
            RATE,
            "57% is silence",
        ),
        (speech_like(700, 8000), 8000, "nothing in them above 4000 Hz"),
    ],
    ids=["little", "clipped", "low", "silent", "narrow"],
)
def test_a_problem_is_named_with_what_to_do(summary_of, waveform, rate, advice):
    found = summary_of(a=(waveform, rate))
    assert len(found.advice) == 1
    assert advice in found.advice[0]
    assert f"Verdict: {found.advice[0]}." in str(found)


def test_a_source_without_loudness_has_no_line_of_it(make_source):
    source = make_source([np.zeros(700 * RATE)])  # without loudness
    found = summarize(source)
    assert found.advice == [] and "level" not in str(found)
