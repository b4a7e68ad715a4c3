"""Local conditioning: a window's frames are those that the whole clip has there."""

import numpy as np
import pytest

from keras_wavenet.data.windows.local_frames import frames_of_audio, local_frames

pytestmark = pytest.mark.neutral

T = 120  # samples of a window: 6 frames


@pytest.fixture
def make_frames(spoken_source, local_spec):
    """The frames of windows over `spoken_source`."""

    def make(features, **changes):
        read_frames = frames_of_audio(spoken_source, features)
        return local_frames(
            spoken_source, local_spec(features, **changes), T, read_frames
        )

    return make


def around(whole, start):
    """Frames of a clip for a window that starts at a sample, edges repeated."""
    places = [*range(start // 20 - 3, start // 20 + 6 + 2)]
    found = np.stack([whole[min(max(f, 0), len(whole) - 1)] for f in places])
    return found[:3], found[3:]


@pytest.mark.parametrize("start", [0, 240, 480, 520, -40, -100, 40])
def test_frames_equal_those_of_the_whole_clip(
    start, make_frames, loudness, spoken_source
):
    found = make_frames(loudness).read(5, start)
    whole = loudness(spoken_source[5].waveform)
    assert whole.shape == (28, 2)
    context, local = around(whole, start)
    np.testing.assert_allclose(found["local"], local, rtol=1e-6)
    np.testing.assert_allclose(found["local_context"], context, rtol=1e-6)


def test_frames_are_marked_as_those_of_the_clip_where_a_model_asks_for_it(
    make_frames, loudness
):
    frames = make_frames(loudness, marks_frames=True)
    found = frames.read(5, 480)  # frames 21 to 31 of 28
    marks = np.concatenate([found["local_context"], found["local"]])[:, -1]
    np.testing.assert_array_equal(marks, np.arange(21, 32) < 28)
    assert frames.specs["local"].shape == found["local"].shape == (8, 3)
    found = frames.read(5, 0)
    np.testing.assert_array_equal(found["local_context"][:, -1], 0)


def test_a_clip_of_one_frame_repeats_it(make_frames, loudness, spoken_source):
    found = make_frames(loudness).read(0, -80)
    (frame,) = loudness(spoken_source[0].waveform)
    np.testing.assert_allclose(found["local"], np.tile(frame, (8, 1)), rtol=1e-6)


def test_shapes_are_stated_and_kept(make_frames, loudness):
    frames = make_frames(loudness, frames_before=0, frames_after=0)
    found = frames.read(3, 0)
    assert {name: spec.shape for name, spec in frames.specs.items()} == {
        "local": (6, 2),
        "local_context": (0, 2),
    }
    for name, array in found.items():
        assert array.shape == frames.specs[name].shape
        assert array.dtype == frames.specs[name].dtype == "float32"


def test_features_of_a_whole_clip_are_made_once(
    make_frames, relative_loudness, spoken_source
):
    frames = make_frames(relative_loudness)
    found = [frames.read(4, start) for start in (0, 120, 240)]
    assert relative_loudness.clips_computed == 1
    whole = relative_loudness(spoken_source[4].waveform)
    for start, window in zip((0, 120, 240), found, strict=True):
        np.testing.assert_allclose(window["local"], around(whole, start)[1], rtol=1e-6)


def test_no_more_audio_is_read_than_the_frames_depend_on(
    make_frames, loudness, spoken_source, monkeypatch
):
    segments = []
    read = spoken_source.read
    monkeypatch.setattr(
        spoken_source, "read", lambda *args: segments.append(args) or read(*args)
    )
    make_frames(loudness).read(5, 240)
    assert segments == [(5, 240 - 3 * 20 - 7, 240 + 8 * 20 + 7)]
