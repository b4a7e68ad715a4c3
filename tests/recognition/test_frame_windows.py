"""Windows over the frames of a clip."""

import pytest

from keras_wavenet.recognition.frame_windows import frame_windows

pytestmark = pytest.mark.neutral


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
