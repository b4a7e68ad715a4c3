"""A folder of audio files: splits, rates, and bad files among good ones."""

import shutil

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import FolderSource
from keras_wavenet.data.folder_source import names_in_split

pytestmark = pytest.mark.neutral

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


def both_splits(folder):
    return [FolderSource(folder, split, RATE) for split in ("train", "validation")]


def test_every_file_is_in_exactly_one_split(folder):
    ids = [clip.clip_id for source in both_splits(folder) for clip in source]
    assert sorted(ids) == [
        "a.wav", "b.FLAC", "c.ogg", "d.mp3",
        "deep/e.wav", "deep/er/f.flac", "deep/er/short.wav",
    ]  # fmt: skip


def test_clips_are_mono_waveforms_at_the_rate_asked_for(folder):
    expected = {"a.wav": 16000, "deep/e.wav": 12800, "deep/er/f.flac": 8000}
    for source in both_splits(folder):
        for index, clip in enumerate(source):
            assert clip.waveform.shape == (source.lengths[index],)
            assert clip.waveform.dtype == np.float32
            length = expected.get(clip.clip_id, len(clip.waveform))
            assert len(clip.waveform) == length
            assert np.abs(clip.waveform).max() == pytest.approx(0.4, abs=0.05)


def test_the_report_counts_clips_and_seconds(folder):
    train, validation = (source.report for source in both_splits(folder))
    assert train.clips + validation.clips == 7
    assert train.seconds + validation.seconds == pytest.approx(4.5, abs=0.1)
    assert str(train).startswith(f"folder {folder} (train): {train.clips} clips")


def test_the_split_of_a_clip_depends_on_its_path_below_the_folder_only(folder):
    moved = folder.parent / "moved"
    shutil.copytree(folder, moved)
    before, after = (
        [clip.clip_id for clip in FolderSource(place, "validation", RATE)]
        for place in (folder, moved)
    )
    assert before == after


def test_a_tenth_of_the_clips_is_held_out_and_stays_held_out():
    names = [f"speaker/{number}.wav" for number in range(2000)]
    held_out = names_in_split(names, "validation")
    assert 160 < len(held_out) < 240
    assert names_in_split(names, "train") == set(names) - held_out
    assert names_in_split(names[:1000], "validation") == held_out & set(names[:1000])
    # On every machine, in every year:
    assert sorted(names_in_split(names[:20], "validation")) == EXPECTED_VALIDATION


EXPECTED_VALIDATION = ["speaker/15.wav", "speaker/9.wav"]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_neither_split_is_empty_where_there_are_two_clips(count):
    for trial in range(20):
        names = [f"{trial}-{number}.wav" for number in range(count)]
        assert names_in_split(names, "train")
        assert names_in_split(names, "validation")


def test_bad_files_are_skipped_with_a_reason_and_one_warning(folder):
    (folder / "empty.wav").touch()
    (folder / "text.mp3").write_text("This is a letter, not a recording. " * 99)
    whole = (folder / "b.FLAC").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    nan = np.full(4000, np.nan, "float32")
    soundfile.write(folder / "nan.wav", nan, RATE, subtype="FLOAT")
    (folder / "notes.txt").write_text("not looked at")
    (folder / "._a.wav").write_text("not looked at either")
    with pytest.warns(UserWarning, match=r"Skipped 4 of 11 clips in folder") as caught:
        source = FolderSource(folder, "train", RATE)
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
        FolderSource(folder, "train", RATE)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Received: .*gone, which is not a folder"):
        FolderSource(tmp_path / "gone", "train", RATE)


def test_a_folder_without_audio_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to hear")
    with pytest.raises(ValueError, match=r"Expected .flac, .mp3, .ogg, .wav files"):
        FolderSource(tmp_path, "train", RATE)


def test_a_folder_of_bad_files_only_is_refused(tmp_path):
    (tmp_path / "empty.wav").touch()
    with pytest.raises(ValueError, match=r"1 unusable clips: empty.wav \(empty file\)"):
        FolderSource(tmp_path, "train", RATE)


def test_a_folder_of_silence_is_refused(tmp_path):
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, np.zeros(RATE), RATE)
    with pytest.raises(ValueError, match="Received: 2 clips, all silent"):
        FolderSource(tmp_path, "train", RATE)


def test_one_clip_can_be_trained_on_but_not_held_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(1.0), RATE)
    assert len(FolderSource(tmp_path, "train", RATE)) == 1
    with pytest.raises(ValueError, match="at least two usable clips.*Received: 1"):
        FolderSource(tmp_path, "validation", RATE)


def test_a_split_that_folders_do_not_have_is_refused(folder):
    with pytest.raises(ValueError, match="'train', 'validation'.*split='test'"):
        FolderSource(folder, "test", RATE)
