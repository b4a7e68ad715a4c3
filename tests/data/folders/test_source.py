"""A folder of audio files: splits, rates, and bad files among good ones."""

import os
import shutil

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import FolderSource
from keras_wavenet.data.folders.layouts import Layout
from keras_wavenet.data.folders.listing import list_folder
from keras_wavenet.data.folders.source import _scan_files
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.data.resampling import resample
from keras_wavenet.data.splits import make_split

pytestmark = pytest.mark.neutral

unix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")

RATE = 16000


def tone(seconds, rate=RATE, frequency=300):
    return 0.4 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)


@pytest.fixture
def folder(tmp_path):
    """Seven good files: formats, rates, depths of folder and channels of all kinds."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    stereo = np.stack([tone(0.5, 44100)] * 2, axis=1)
    for name, samples, rate in [
        ("a.wav", tone(1.0), RATE),
        ("b.FLAC", tone(0.7), RATE),
        ("c.ogg", tone(0.6, 22050), 22050),
        ("d.mp3", tone(0.9), RATE),
        ("deep/e.wav", tone(0.8, 8000), 8000),
        ("deep/er/f.flac", stereo, 44100),
        ("deep/er/short.wav", tone(0.01), RATE),
    ]:
        file_format = name.rsplit(".")[-1].upper()
        soundfile.write(tmp_path / name, samples, rate, format=file_format)
    return tmp_path


def test_every_file_is_a_clip(folder):
    source = FolderSource(folder, RATE)
    assert [clip.clip_id for clip in source.clips] == [
        "a.wav", "b.FLAC", "c.ogg", "d.mp3",
        "deep/e.wav", "deep/er/f.flac", "deep/er/short.wav",
    ]  # fmt: skip


def test_clips_are_mono_waveforms_at_the_requested_rate(folder):
    expected = {"a.wav": 16000, "deep/e.wav": 12800, "deep/er/f.flac": 8000}
    for clip in FolderSource(folder, RATE):
        assert clip.waveform.dtype == np.float32
        length = expected.get(clip.info.clip_id, clip.info.length)
        assert clip.waveform.shape == (length,)
        assert np.abs(clip.waveform).max() == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("name", ["a.wav", "b.flac", "c.ogg", "d.mp3"])
@pytest.mark.parametrize("rate", [16000, 44100])
def test_a_segment_of_a_file_is_that_of_the_whole(tmp_path, name, rate):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 20 * rate)
    soundfile.write(tmp_path / name, noise, rate)
    source = FolderSource(tmp_path, RATE)
    decoded, _ = soundfile.read(tmp_path / name, dtype="float32")
    whole = np.clip(resample(decoded, rate, RATE), -1, 1)
    assert source.lengths[0] == len(whole) > 4 * BLOCK_LENGTH
    for start in (0, 1, BLOCK_LENGTH - 1, 3 * BLOCK_LENGTH, len(whole) - 5):
        stop = min(start + BLOCK_LENGTH + 7, len(whole))
        found = source.read(0, start, stop)
        np.testing.assert_allclose(found, whole[start:stop], rtol=0, atol=2e-6)
    blocks = np.concatenate(list(source.blocks(0)))
    np.testing.assert_allclose(blocks, whole, rtol=0, atol=2e-6)
    np.testing.assert_array_equal(blocks, np.concatenate(list(source.blocks(0))))


def test_a_file_that_changes_while_it_is_read_is_named(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(20), RATE)
    source = FolderSource(tmp_path, RATE)
    soundfile.write(tmp_path / "a.wav", tone(5), RATE)
    with pytest.raises(OSError, match="a.wav has changed since it was checked"):
        source.read(0, 18 * RATE, 19 * RATE)


def test_the_report_counts_clips_and_seconds(folder):
    report = FolderSource(folder, RATE).report
    assert report.clips == 7
    assert report.seconds == pytest.approx(4.5, abs=0.1)
    assert str(report).startswith(f"folder {folder}: 7 clips")


def test_the_split_of_a_clip_depends_on_its_path_below_the_folder_only(folder):
    moved = folder.parent / "moved"
    shutil.copytree(folder, moved)
    before, after = (
        make_split(FolderSource(place, RATE), "validation").clips[0].clip_id
        for place in (folder, moved)
    )
    assert before == after


def test_bad_files_are_skipped_with_a_reason_and_one_warning(folder):
    (folder / "empty.wav").touch()
    (folder / "text.mp3").write_text("This is a letter, not a recording. " * 99)
    whole = (folder / "b.FLAC").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    nan = np.full(4000, np.nan, "float32")
    soundfile.write(folder / "nan.wav", nan, RATE, subtype="FLOAT")
    (folder / "notes.txt").write_text("not read")
    (folder / "._a.wav").write_text("not read either")
    with pytest.warns(UserWarning, match=r"Skipped 4 of 11 clips in folder") as caught:
        source = FolderSource(folder, RATE)
    assert len(caught) == 1
    skipped = dict(source.report.skipped)
    assert skipped.keys() == {"empty.wav", "text.mp3", "cut.flac", "nan.wav"}
    for name, reason in skipped.items():
        assert f"{name} ({reason})" in str(caught[0].message)
        assert f"{name}: {reason}" in str(source.report)


def test_the_warning_names_a_few_of_many_bad_files(folder):
    for number in range(30):
        (folder / f"empty-{number:02}.wav").touch()
    with pytest.warns(UserWarning, match=r"empty-04.wav \(empty file\); and 25 more"):
        FolderSource(folder, RATE)


def test_hidden_files_and_folders_are_left_alone(folder):
    (folder / ".trash").mkdir()
    (folder / ".trash" / "old.wav").write_text("no audio")
    (folder / ".hidden.wav").write_text("no audio")
    assert len(FolderSource(folder, RATE)) == 7


@unix
def test_linked_folders_are_visited_once(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    soundfile.write(outside / "x.wav", tone(0.1), RATE)
    (folder / "linked").symlink_to(outside)
    (folder / "linked again").symlink_to(outside)
    (folder / "deep" / "up").symlink_to(folder)
    names = [clip.clip_id for clip in FolderSource(folder, RATE).clips]
    assert len(names) == 8 and names[-1] == "linked/x.wav"


@unix
def test_what_cannot_be_read_is_counted_and_nothing_is_waited_for(folder):
    os.mkfifo(folder / "pipe.wav")
    (folder / "dangling.wav").symlink_to(folder / "gone.wav")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    (folder / "folder.wav").mkdir()
    with pytest.warns(UserWarning, match="Skipped 3 of 10 clips"):
        source = FolderSource(folder, RATE)
    skipped = dict(source.report.skipped)
    assert skipped.keys() == {"pipe.wav", "dangling.wav", "loop.wav"}
    assert skipped["pipe.wav"] == "not a regular file"


@unix
def test_what_may_not_be_read_is_counted(public_folder, without_privileges):
    for name in ("a.wav", "b.wav", "locked/c.wav"):
        (public_folder / name).parent.mkdir(exist_ok=True)
        soundfile.write(public_folder / name, tone(0.1), RATE)
    (public_folder / "a.wav").chmod(0)
    (public_folder / "locked").chmod(0)
    reasons = r"a.wav \(cannot be read: Permission denied\)"
    with without_privileges(), pytest.warns(UserWarning, match=reasons):
        source = FolderSource(public_folder, RATE)
    assert [clip.clip_id for clip in source.clips] == ["b.wav"]
    assert {name for name, _ in source.report.skipped} == {"a.wav", "locked/"}


@unix
def test_a_folder_that_may_not_be_read_is_an_error(public_folder, without_privileges):
    public_folder.chmod(0o311)
    with without_privileges(), pytest.raises(PermissionError):
        FolderSource(public_folder, RATE)


@unix
def test_odd_names_are_reported_in_one_line_of_text(folder):
    (folder / "a.wav").rename(folder / os.fsdecode(b"caf\xe9\n.wav"))
    source = FolderSource(folder, RATE)
    name = source.clips[2].clip_id
    assert name == r"caf\udce9\n.wav" and name.isprintable()
    assert len(source[2].waveform) == RATE
    assert {clip.clip_id for clip in make_split(source, "train").clips} < {
        clip.clip_id for clip in source.clips
    }


def test_two_spellings_of_one_name_are_one_clip(tmp_path):
    for accent in ("\u00e9", "e\u0301"):  # one letter, or a letter and an accent
        soundfile.write(tmp_path / f"caf{accent}.wav", tone(0.1), RATE)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system takes them for one")
    with pytest.warns(UserWarning, match="accents coded otherwise"):
        assert len(FolderSource(tmp_path, RATE)) == 1


def test_files_that_vanish_while_the_folder_is_read_are_counted(folder):
    listing = list_folder(folder)
    (folder / "a.wav").unlink()
    with pytest.warns(UserWarning, match="a.wav .cannot be read: No such file"):
        scan = _scan_files("folder", listing, Layout("none"), RATE)
    assert len(scan.accepted) == 6


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Received: .*gone, which is not a folder"):
        FolderSource(tmp_path / "gone", RATE)


def test_a_folder_without_audio_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no audio")
    with pytest.raises(
        ValueError, match=r"Expected .aif, .*, .wave files.*no such file. Name"
    ):
        FolderSource(tmp_path, RATE)


def test_audio_of_formats_that_are_not_read_is_counted(folder, tmp_path_factory):
    for name in ("x y.m4a", "y.M4A", "deep/z.webm"):
        (folder / name).write_text("never opened")
    report = str(FolderSource(folder, RATE).report)
    assert "not read: 2 .m4a files, 1 .webm files. Convert each to use it: " in report
    assert f"ffmpeg -i {folder}/deep/z.webm {folder}/deep/z.wav" in report
    other = tmp_path_factory.mktemp("other")
    (other / "x y.wma").touch()
    command = f"1 .wma files. .*: ffmpeg -i '{other}/x y.wma' '{other}/x y.wav'"
    with pytest.raises(ValueError, match=command):
        FolderSource(other, RATE)


def test_clips_of_which_one_channel_is_taken_are_counted_in_the_report(folder):
    stereo = np.stack([tone(0.5), -0.9 * tone(0.5)], axis=1)
    soundfile.write(folder / "opposite.wav", stereo, RATE)
    source = FolderSource(folder, RATE)
    (note,) = source.report.notes
    assert note.startswith("1 clips have channels of opposite polarity")
    assert note.endswith("as of opposite.wav")
    assert np.abs(source[-1].waveform).max() == pytest.approx(0.4, abs=1e-3)


def test_a_folder_of_bad_files_only_is_refused(tmp_path):
    (tmp_path / "empty.wav").touch()
    with pytest.raises(ValueError, match=r"1 unusable clips: empty.wav \(empty file\)"):
        FolderSource(tmp_path, RATE)


def test_a_folder_of_silence_is_refused(tmp_path):
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, np.zeros(RATE), RATE)
    with pytest.raises(ValueError, match="Received: 2 clips, all silent"):
        FolderSource(tmp_path, RATE)
