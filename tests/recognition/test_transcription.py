"""Windows over the frames of a clip, and transcripts of frames."""

import pytest

from keras_wavenet.recognition.transcription import frame_windows, merge_runs

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


@pytest.mark.parametrize("margin", [0, 1, 4])
@pytest.mark.parametrize("length", [9, 10, 30])
@pytest.mark.parametrize("frames", [1, 8, 9, 10, 11, 29, 100])
def test_each_frame_is_kept_once_from_a_window_that_has_its_margin(
    frames, length, margin
):
    windows = list(frame_windows(frames, length, margin))
    kept = [f for w in windows for f in range(w.kept_from, w.kept_to)]
    assert kept == list(range(frames))
    for window in windows:
        assert 0 <= window.start < window.stop <= frames
        assert window.stop - window.start == min(length, frames)
        assert window.start == 0 or window.kept_from - window.start >= margin
        assert window.stop == frames or window.stop - window.kept_to >= margin
