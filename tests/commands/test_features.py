"""`keras-wavenet features`, and what reads the frames that it wrote."""

import json
import os
import shutil
import signal

import numpy as np
import pytest
import soundfile

from keras_wavenet import data, features
from keras_wavenet.data import frame_files
from keras_wavenet.data.windows.local_frames import FrameFolder

pytestmark = pytest.mark.neutral

MEL = features.get("mel_16k")


@pytest.fixture
def recordings(voices, tmp_path):
    """The voices, one in a folder of its own, one at another rate, one damaged."""
    folder = tmp_path / "recordings"
    shutil.copytree(voices, folder)
    (folder / "metadata.csv").unlink()
    (folder / "far").mkdir()
    (folder / "1.wav").rename(folder / "far" / "1.wav")
    soundfile.write(folder / "2.flac", np.sin(np.arange(4000) / 9), 22050)
    content = (folder / "3.wav").read_bytes()
    (folder / "3.wav").write_bytes(content[: len(content) // 2])
    return folder


def test_frames_are_those_of_the_preset_and_generate_reads_them(
    command, tiny_wavenet, recordings, tmp_path
):
    measured = features.FrameFeatures(MEL.parts, [-4.0] * 80, [2.0] * 80)
    model = tiny_wavenet(features=measured, upsampling="repeat", dilations=[1, 2])
    model.save_to_preset(tmp_path / "small")
    clips = [recordings / "0.wav", recordings / "2.flac"]
    printed = command("features", *clips, "--preset", "small", "--out", "frames")
    assert (
        "Frames written to frames: 2 of 2" in printed
        and "80 channels, every 200 samples" in printed
    )
    waveform = soundfile.read(clips[0], dtype="float32")[0]
    frames = np.load(tmp_path / "frames" / "0.wav.npy")
    assert frames.dtype == "float32"
    np.testing.assert_allclose(frames, measured(waveform), atol=1e-6)
    flags = ["generate", "small", "--seed", "1", "--no-match-frames", "--out"]
    for clip in clips:
        command(*flags, "a.wav", "--overwrite", "--mel-from", clip)
        of_audio = soundfile.read("a.wav", dtype="int16")[0]
        saved = tmp_path / "frames" / f"{clip.name}.npy"
        command(*flags, "b.wav", "--overwrite", "--local", saved)
        of_frames = soundfile.read("b.wav", dtype="int16")[0]
        assert of_audio.std() > 1000 and len(of_frames) - len(of_audio) < 200
        np.testing.assert_array_equal(of_frames[: len(of_audio)], of_audio)


def test_training_reads_the_frames_of_a_folder(command, voices, tmp_path):
    command("features", voices, "--features", "mel_16k", "--out", "frames")
    spec = data.DataSpec(
        16000, 5, ("local",), hop=200, local_hop=200, local_channels=80
    )
    found = data.load(voices, spec=spec, local_dir=tmp_path / "frames", batch_size=2)
    folder = FrameFolder(tmp_path / "frames", spec)
    for clip in found.source:
        expected = MEL(clip.waveform)
        read = folder.read(clip.info, 2, 5)
        np.testing.assert_allclose(read, expected[2:5], atol=1e-5)


def test_a_damaged_recording_is_named_and_the_others_are_written(
    command, recordings, tmp_path
):
    flags = ["features", recordings, "--features", "mel_16k", "--out", "frames"]
    message = command(*flags, status=1)
    assert "1 of 7 recordings could not be used: 3.wav: truncated" in message
    found = sorted(
        path.relative_to(tmp_path / "frames").as_posix()
        for path in (tmp_path / "frames").rglob("*.npy")
    )
    expected = ["0.wav", "2.flac", "2.wav", "4.wav", "5.wav", "far/1.wav"]
    assert found == [f"{name}.npy" for name in expected]
    # A second time, what is there is kept, and only what is missing is written.
    (tmp_path / "frames" / "0.wav.npy").unlink()
    (recordings / "3.wav").unlink()
    kept = tmp_path / "frames" / "far" / "1.wav.npy"
    before = kept.stat().st_mtime_ns
    assert ": 1 of 6" in command(*flags)
    assert kept.stat().st_mtime_ns == before
    assert ": 6 of 6" in command(*flags, "--overwrite")
    assert kept.stat().st_mtime_ns > before


def test_frames_of_processed_audio_are_not_mixed_with_others(
    command, recordings, tmp_path
):
    clips = [recordings / "0.wav", recordings / "far"]
    flags = ["features", *clips, "--features", "mel_16k", "--out", "frames"]
    processing = ["--high-pass", "200", "--normalize", "peak:-20"]
    command(*flags, *processing)
    for clip in (clips[0], recordings / "far" / "1.wav"):
        waveform = soundfile.read(clip, dtype="float32")[0]
        (found,) = data.open_source(
            [waveform], "all", 16000, stored_rate=16000, high_pass=200,
            normalize="peak:-20",
        )  # fmt: skip
        frames = np.load(tmp_path / "frames" / f"{clip.name}.npy")
        np.testing.assert_allclose(frames, MEL(found.waveform), atol=1e-5)
        assert np.abs(frames - MEL(waveform)).max() > 0.1
    assert "processed otherwise" in command(*flags, status=1)


def test_frames_of_other_features_or_recordings_are_not_kept_silently(
    command, recordings, tmp_path
):
    clip = recordings / "0.wav"
    flags = ["features", clip, "--out", "frames", "--features"]
    command(*flags, "mel_16k")
    assert "other features" in command(*flags, "log_f0_16k", status=1)
    recorded = json.loads((tmp_path / "frames" / "features.json").read_text())
    assert features.get(recorded["features"]).get_config() == MEL.get_config()
    shutil.copy(recordings / "5.wav", clip)
    assert "array of shape (10, 80)" in command(*flags, "mel_16k", status=1)
    assert ": 1 of 1" in command(*flags, "mel_16k", "--overwrite")


def test_no_frames_of_other_features_remain_when_they_are_overwritten(
    command, recordings, tmp_path, monkeypatch, interruptible
):
    flags = ["features", recordings / "0.wav", recordings / "far", "--out", "frames"]
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "1.wav.npy").write_bytes(b"of another program")
    assert "1.wav.npy is there, and no" in command(
        *flags, "--features", "mel_16k", status=1
    )
    command(*flags, "--features", "mel_16k", "--overwrite")
    write = frame_files._write_clip

    def write_and_stop(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        return write(*arguments)

    changed = [*flags, "--features", "mel_16k", "--normalize", "peak:-20"]
    with monkeypatch.context() as patch:
        patch.setattr(frame_files, "_write_clip", write_and_stop)
        command(*changed, "--overwrite", status=130)
    command(*changed)
    waveform = soundfile.read(recordings / "far" / "1.wav", dtype="float32")[0]
    (found,) = data.open_source(
        [waveform], "all", 16000, stored_rate=16000, normalize="peak:-20"
    )
    frames = np.load(tmp_path / "frames" / "1.wav.npy")
    np.testing.assert_allclose(frames, MEL(found.waveform), atol=1e-5)
    # Those of another recording would be called what they are not.
    message = command(
        *flags[:2], *flags[3:], "--features", "log_f0_16k", "--overwrite", status=1
    )
    assert "frames of other recordings, such as frames/1.wav.npy" in message
    assert (tmp_path / "frames" / "0.wav.npy").exists()


def test_frames_of_other_features_are_refused_by_generate_and_synthesize(
    command, tiny_wavenet, recordings, tmp_path
):
    measured = features.FrameFeatures(MEL.parts, [-4.0] * 80, [2.0] * 80)
    model = tiny_wavenet(features=measured, upsampling="repeat", dilations=[1])
    model.save_to_preset(tmp_path / "small")
    flags = ["features", recordings / "far", "--out", "frames"]
    command(*flags, "--features", "mel_16k")
    generate = ["generate", "small", "--local", "frames/1.wav.npy", "--out", "a.wav"]
    synthesize = ["synthesize", "small", "frames", "--out", "copies"]
    for reading in (generate, synthesize):
        assert "frames of other features" in command(*reading, status=1)
    command(*flags, "--preset", "small", "--overwrite")
    for reading in (generate, synthesize):
        command(*reading)


def test_names_that_cannot_be_those_of_frames_are_named_and_the_others_written(
    command, recordings, tmp_path
):
    (recordings / "3.wav").unlink()
    (recordings / "0.wav").rename(recordings / f"{'0' * 250}.wav")  # too long with .npy
    (tmp_path / "frames" / "2.wav.npy").mkdir(parents=True)
    flags = ["features", recordings, "--features", "mel_16k", "--out", "frames"]
    for _ in range(2):
        message = command(*flags, status=1)
        assert "2 of 6 recordings could not be used" in message
        assert "its frames can't be written" in message
        found = {p.name for p in (tmp_path / "frames").rglob("*.npy") if p.is_file()}
        assert found == {
            f"{name}.npy" for name in ("2.flac", "4.wav", "5.wav", "1.wav")
        }


def test_a_recording_that_is_gone_is_an_error_of_its_own(recordings, tmp_path):
    (recordings / "3.wav").unlink()
    source = data.FolderSource(recordings, 16000)
    (recordings / "4.wav").unlink()
    found = list(data.write_frames(source, MEL, tmp_path / "frames"))
    errors = {one.clip.clip_id: one.error for one in found if one.error is not None}
    assert list(errors) == ["4.wav"] and "4.wav" in errors["4.wav"]
    assert sum(one.path.exists() for one in found) == len(found) - 1 == 5


def test_two_recordings_of_one_name_are_refused(command, recordings):
    pair = [recordings / "2.wav", recordings / "far" / "2.wav"]
    shutil.copy(*pair)
    flags = ["--features", "mel_16k", "--out", "frames"]
    assert "called 2.wav" in command("features", *pair, *flags, status=1)
    assert "no file missing.wav" in command("features", "missing.wav", *flags, status=1)
    message = command(
        "features", *pair[:1], "--preset", "wavenet_tiny", "--out", "f", status=1
    )
    assert "conditioned on features" in message and "wavenet_tiny" in message
