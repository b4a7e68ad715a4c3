"""Transcripts of frames, and error rates worked out by hand."""

import pytest

from keras_wavenet.recognition.transcription import (
    frame_accuracy,
    merge_runs,
    phoneme_error_rate,
)

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, ["sil", "k", "sil", "ae", "sil", "ae"]),
        ({"ignore": ["sil"]}, ["k", "ae", "ae"]),
        ({"shortest": 2}, ["sil", "ae"]),
        ({"shortest": 2, "ignore": ["sil"]}, ["ae"]),
        ({"shortest": 9}, []),
    ],
)
def test_runs_of_frames_become_one_label_each(options, expected):
    frames = ["sil", "sil", "k", "sil", "ae", "ae", "ae", "sil", "ae", "ae"]
    assert merge_runs(frames, **options) == expected


def test_no_run_is_shorter_than_one_frame():
    with pytest.raises(ValueError, match="`shortest` must be .*Received: shortest=0"):
        merge_runs(["a"], shortest=0)


def test_the_error_rate_counts_edits_over_what_was_said_in_all_clips():
    # "she had": ae becomes eh, d is lost, and a pause is put in; "ask" is right.
    said = [["sh", "iy", "hh", "ae", "d"], ["ae", "s", "k"]]
    heard = [["sh", "iy", "sil", "hh", "eh"], ["ae", "s", "k"]]
    assert phoneme_error_rate(said, heard) == 3 / 8
    assert phoneme_error_rate(said, said) == 0
    assert phoneme_error_rate([["a"]], [["b", "c", "d"]]) == 3


def test_an_error_rate_needs_something_that_was_said():
    with pytest.raises(ValueError, match="Received: 1 and 2"):
        phoneme_error_rate([["a"]], [["a"], ["b"]])
    with pytest.raises(ValueError, match="at least one phoneme. Received: none"):
        phoneme_error_rate([[]], [["a"]])


def test_accuracy_counts_labelled_frames_by_their_weight():
    labels, found = [[0, 1, 2, -1]], [[0, 1, 1, 0]]
    assert frame_accuracy(labels, found) == pytest.approx(2 / 3)
    assert frame_accuracy(labels, found, [[1, 0, 1, 1]]) == 0.5
    with pytest.raises(ValueError, match=r"Received: shapes \(2,\), \(1,\) and \(2,\)"):
        frame_accuracy([0, 1], [0])
    with pytest.raises(ValueError, match="at least one frame that counts"):
        frame_accuracy([-1], [0])
