"""Frames in files: each is there, fits its clip and stays inside its folder."""

import numpy as np
import pytest

from keras_wavenet.data import ClipInfo, DataSpec
from keras_wavenet.data.windows.local_frames import FrameFolder

pytestmark = pytest.mark.neutral

SPEC = DataSpec(16000, 0, ("local",), hop=20, local_hop=20, local_channels=3)
CLIPS = [ClipInfo("a", 100, 16000), ClipInfo("deep/b.wav", 81, 16000)]
FRAMES = np.random.default_rng(0).normal(size=(5, 3))  # of 20 samples, for both


@pytest.fixture
def folder(tmp_path):
    """A folder with the frames of both clips."""
    (tmp_path / "deep").mkdir()
    for clip in CLIPS:
        np.save(tmp_path / f"{clip.clip_id}.npy", FRAMES)
    return tmp_path


def check(folder, clips=CLIPS):
    FrameFolder(folder, SPEC).check(clips, "two clips")


def test_frames_are_read_as_they_are(folder):
    frames = FrameFolder(folder, SPEC)
    frames.check(CLIPS, "two clips")
    found = frames.read(CLIPS[1], 2, 4)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, FRAMES[2:4], rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float64", ">f4"])
def test_any_floats_will_do_in_any_order(dtype, folder):
    np.save(folder / "a.npy", np.asfortranarray(FRAMES.astype(dtype)))
    check(folder)


def test_one_frame_more_is_no_mistake(folder):
    np.save(folder / "a.npy", np.zeros((6, 3)))
    check(folder)


@pytest.mark.parametrize("count", [0, 4, 7, 50])
def test_another_number_of_frames_is_refused(count, folder):
    np.save(folder / "a.npy", np.zeros((count, 3)))
    with pytest.raises(
        ValueError,
        match=f"5 frames of 20 samples in .*a.npy, for the 100 .* Received: {count} ",
    ):
        check(folder)


@pytest.mark.parametrize(
    ("frames", "received"),
    [
        (np.zeros((3, 5)), r"float64 of shape \(3, 5\)"),
        (np.zeros(5), r"float64 of shape \(5,\)"),
        (np.zeros((5, 3), "int16"), r"int16 of shape \(5, 3\)"),
        (np.zeros((5, 3), "complex64"), r"complex64 of shape \(5, 3\)"),
    ],
)
def test_another_kind_of_array_is_refused(frames, received, folder):
    np.save(folder / "a.npy", frames)
    message = rf"floats of shape \(frames, 3\) in .*a.npy. Received: {received}"
    with pytest.raises(ValueError, match=message):
        check(folder)


@pytest.mark.parametrize("value", [np.nan, -np.inf, 1e39])
def test_values_that_are_no_float32_are_refused(value, folder):
    frames = FRAMES.copy()
    frames[4, 1] = value
    np.save(folder / "deep" / "b.wav.npy", frames)
    with pytest.raises(ValueError, match="finite float32 values in .*b.wav.npy"):
        check(folder)


def test_missing_files_are_counted_and_one_is_named(folder):
    (folder / "deep" / "b.wav.npy").unlink()
    message = r"of two clips in .*no file for 1 of 2 clips, such as .*b\.wav\.npy"
    with pytest.raises(ValueError, match=message):
        check(folder)


@pytest.mark.parametrize("size", [0, 5, 100, 140])
def test_a_file_that_was_cut_off_is_refused(size, folder):
    path = folder / "a.npy"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match="np.save wrote in .*a.npy. .* can't be read"):
        check(folder)


def test_pickles_are_never_loaded(folder):
    np.save(folder / "a.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="a.npy. Received: .*can't be read"):
        check(folder)


@pytest.mark.parametrize("name", ["../a", "deep/../../a", "/a"])
def test_no_clip_leads_out_of_the_folder(name, folder):
    np.save(folder / "a.npy", FRAMES)
    inside = folder / "deep"
    with pytest.raises(ValueError, match=f"below .*deep. Received: .*'{name}'"):
        check(inside, [ClipInfo(name, 100, 16000)])
