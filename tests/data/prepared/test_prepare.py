"""From a folder of mixed formats to a dataset that tfds and grain read."""

import json
import os
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from keras_wavenet.data.prepared.folder import check_folder
from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.prepared.source import PreparedSource

pytestmark = pytest.mark.neutral

READ_WITH_TFDS = """
import hashlib, sys
import tensorflow_datasets as tfds
builder = tfds.builder_from_directory(sys.argv[1])
print(builder.info.metadata["sample_rate"])
for split in sorted(builder.info.splits):
    clips = {}
    for part in builder.as_data_source(split):
        clips.setdefault(part["id"].decode(), []).append(part)
    for name, parts in sorted(clips.items()):
        assert [part["part"] for part in parts] == list(range(parts[0]["parts"]))
        audio = b"".join(part["audio"].tobytes() for part in parts)
        print(split, name, len(audio) // 2, hashlib.sha256(audio).hexdigest())
"""

READ_WITH_GRAIN = """
import hashlib, json, sys
from pathlib import Path
import grain
import tensorflow_datasets as tfds
folder = Path(sys.argv[1])
features = tfds.builder_from_directory(folder).info.features
for split in ("test", "train", "validation"):
    shards = sorted(map(str, folder.glob(f"*-{split}.array_record-*")))
    source = grain.sources.ArrayRecordDataSource(shards)
    parts = grain.MapDataset.source(source).map(features.deserialize_example_np)
    clips = {}
    for part in parts:
        clips.setdefault(part["id"].decode(), []).append(part["audio"].tobytes())
    for name, audio in sorted(clips.items()):
        audio = b"".join(audio)
        print(split, name, len(audio) // 2, hashlib.sha256(audio).hexdigest())
"""


@pytest.fixture
def run_reader(run_without_tensorflow, prepared):
    """Run a reader where TensorFlow is not installed; return the lines it printed."""

    def run(code):
        code = f"import sys; sys.argv = ['', {str(prepared)!r}]\n{code}"
        return run_without_tensorflow(code, "numpy").splitlines()

    return run


def test_tfds_and_grain_read_the_same_clips_without_tensorflow(run_reader, splits):
    rate, *found = run_reader(READ_WITH_TFDS)
    assert rate == "16000"
    assert found == run_reader(READ_WITH_GRAIN)
    lengths = {tuple(line.split()[:3]) for line in found}
    assert lengths == {
        (split, clip.clip_id, str(clip.length))
        for split, source in splits.items()
        for clip in source.clips
    }


PREPARE = """
import sys
import numpy as np
from keras_wavenet.data import open_splits, prepare
splits = open_splits("recordings", 16000)
prepare(splits, "new")
print("tensorflow" in sys.modules)
"""


def test_preparing_needs_no_tensorflow_and_prints_nothing(
    run_without_tensorflow, tmp_path
):
    (tmp_path / "recordings").mkdir()
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / "recordings" / name, np.full(800, 0.1), 16000)
    printed = run_without_tensorflow(PREPARE, "numpy", cwd=tmp_path)
    assert printed.split() == ["False"]


def test_the_report_names_clips_hours_rates_and_each_bad_file(prepared, splits):
    report = (prepared / "report.txt").read_text()
    assert "12 clips, 69.5 s; 5 rejected" in report
    assert "train: 9 clips, 21.3 s" in report and "test: 1 clips" in report
    assert "8000 Hz (1 clips), 11025 Hz (1 clips), 16000 Hz (5 clips)" in report
    for name, reason in splits["train"].report.skipped:
        assert f"  {name}: {reason}\n" in report
    rejected = report.partition("rejected, and why:\n")[2].splitlines()
    names = {line.partition(":")[0].strip() for line in rejected}
    assert names == {"empty.wav", "letter.mp3", "cut.flac", "nan.wav", "silent.wav"}


def test_notes_of_a_source_are_reported(make_source, tmp_path):
    source = make_source([[0.1]])
    source.report = replace(source.report, layout="VCTK", notes=("2 without words",))
    report = prepare({"train": source}, tmp_path / "new")
    assert "\nlayout: VCTK\n2 without words\n" in report
    found = PreparedSource(tmp_path / "new", "train", 16000)
    assert found.report.notes == ("layout: VCTK", "2 without words")


def test_no_record_is_longer_than_a_part(prepared, splits):
    plan = json.loads((prepared / "prepared.json").read_text())
    for split, source in splits.items():
        records = sum(shard["records"] for shard in plan["splits"][split]["shards"])
        assert records == sum(-(-clip.length // 2**16) for clip in source.clips)
    assert records > len(source)


def test_the_same_call_changes_nothing(prepared, splits, shard_bytes, contents):
    before = contents(prepared)
    times = {path: path.stat().st_mtime_ns for path in prepared.glob("*.array_rec*")}
    prepare(splits, prepared, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    assert contents(prepared) == before
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


def test_another_run_writes_the_same_bytes(
    prepared, splits, shard_bytes, contents, tmp_path
):
    prepare(
        splits,
        tmp_path / "noises",
        shard_bytes=shard_bytes,
        settings={"split_by": "clip"},
    )
    assert contents(tmp_path / "noises") == contents(prepared)


def test_a_file_system_without_hard_links_will_do(
    prepared, splits, shard_bytes, contents, tmp_path, monkeypatch
):
    def refuse(*paths):
        raise PermissionError("no hard links")

    monkeypatch.setattr(os, "link", refuse)
    out = tmp_path / "noises"
    prepare(splits, out, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    assert contents(out) == contents(prepared)
    sorted(out.glob("*.array_record-*"))[2].unlink()
    prepare(splits, out, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    assert contents(out) == contents(prepared)


@pytest.fixture
def copy(prepared, tmp_path):
    """A copy of the dataset that may be changed."""
    return shutil.copytree(prepared, tmp_path / "noises")


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "list", "half made"])
def test_damaged_or_missing_files_are_written_again(
    copy, prepared, splits, shard_bytes, contents, damage
):
    shard = sorted(copy.glob("noises-train.array_record-*"))[1]
    content = bytearray(shard.read_bytes())
    if damage == "flip":
        content[1000] ^= 1
        shard.write_bytes(content)
    elif damage == "cut":
        shard.write_bytes(content[:5000])
    elif damage == "remove":
        shard.unlink()
    elif damage == "list":
        (copy / "clips-train.jsonl").write_text("{}\n")
    else:
        (copy / "dataset_info.json").unlink()
        (copy / f".{shard.name}.123.tmp").write_bytes(content[:5000])
    prepare(splits, copy, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    assert contents(copy) == contents(prepared)


def test_a_folder_prepared_otherwise_is_refused_with_the_difference(
    copy, make_source, splits, shard_bytes, contents
):
    before = contents(copy)
    with pytest.raises(FileExistsError, match="split_by clip, now speaker"):
        prepare(splits, copy, shard_bytes=shard_bytes, settings={"split_by": "speaker"})
    with pytest.raises(FileExistsError, match="shard_bytes 200000, now 1000"):
        prepare(splits, copy, shard_bytes=1000, settings={"split_by": "clip"})
    other = make_source([[0.1, 0.2]])
    with pytest.raises(
        FileExistsError, match="1 clips new .clip-0.; train: 9 clips gone"
    ):
        changed = {**splits, "train": other}
        prepare(changed, copy, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    (copy / "prepared.json").write_text('{"format": 1}')
    with pytest.raises(FileExistsError, match="its plan can't be read.*`overwrite`"):
        prepare(splits, copy)
    (copy / "prepared.json").write_bytes(before["prepared.json"])
    assert contents(copy) == before


def test_overwrite_replaces_all_of_a_dataset_and_nothing_else(
    copy, make_source, contents
):
    (copy / "notes.md").write_text("mine")
    source = make_source([[0.1, 0.2], [0.3]])
    prepare({"train": source}, copy, name="other", overwrite=True)
    names = contents(copy).keys()
    assert "notes.md" in names and "other-train.array_record-00000-of-00001" in names
    assert not [name for name in names if "noises" in name or "validation" in name]


def test_a_folder_that_holds_other_files_is_left_alone(make_source, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="which holds notes.txt"):
        prepare({"train": make_source([[0.1]])}, tmp_path)
    with pytest.raises(FileExistsError, match="notes.txt, a file"):
        prepare({"train": make_source([[0.1]])}, tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["Speech", "../speech", "a b", "", "1a"])
def test_names_that_tfds_could_not_use_are_refused(make_source, tmp_path, name):
    source = make_source([[0.1]])
    with pytest.raises(ValueError, match="`name` must be"):
        prepare({"train": source}, tmp_path / "new", name=name)
    with pytest.raises(ValueError, match="name of a split"):
        prepare({"train/../x": source}, tmp_path / "new")


def test_a_folder_s_name_becomes_a_dataset_s(make_source, tmp_path, contents):
    prepare({"train": make_source([[0.1]])}, tmp_path / "16 kHz Speech")
    info = json.loads((tmp_path / "16 kHz Speech" / "dataset_info.json").read_text())
    assert info["name"] == "audio_16_khz_speech"


def test_a_disk_without_room_is_an_error_before_any_work(make_source, tmp_path):
    source = make_source([[0.1]])
    source.lengths = np.array([shutil.disk_usage(tmp_path).free])  # of two bytes each
    with pytest.raises(OSError, match=r"Expected [0-9.]* GB of room.*is kept"):
        prepare({"train": source}, tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())


def test_watch_receives_the_clips_and_seconds_that_are_done(make_source, tmp_path):
    source = make_source([np.ones(70_000), np.ones(16_000)])
    calls = []
    prepare({"train": source}, tmp_path / "new", watch=lambda *done: calls.append(done))
    clips, seconds = zip(*dict.fromkeys(calls), strict=True)
    assert clips == (0, 0, 1, 2)
    assert seconds == pytest.approx([0, 4.096, 4.375, 5.375])


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes there")
def test_a_folder_whose_name_is_not_utf_8_is_refused_in_words(tmp_path):
    with pytest.raises(ValueError, match="UTF-8 text: array_record"):
        check_folder(tmp_path / os.fsdecode(b"caf\xe9"))
