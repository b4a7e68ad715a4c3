"""Datasets of the tfds catalogue by name: their clips, labels and splits."""

import re
import shutil
from collections import Counter

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_wavenet.data import DataSpec, TfdsSource, load, open_source
from keras_wavenet.data.tfds.catalogue import prepared_tfds_builder

pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module")
def vctk(prepare_catalogue):
    """A folder with sixty clips of vctk, and the examples that were written."""
    folder, written = prepare_catalogue("vctk/mic1", {"train": 60}, seconds=0.05)
    return folder, written["train"]


def clip_ids(source):
    return {clip.clip_id for clip in source.clips}


def test_clips_carry_what_the_dataset_knows_of_them(vctk):
    folder, examples = vctk
    source = open_source("vctk/mic1", "all", 16000, folder, keys={"label": "accent"})
    features = tfds.builder("vctk/mic1", data_dir=folder).info.features
    expected = Counter(
        (
            example["id"],
            features["speaker"].int2str(int(example["speaker"])),
            features["accent"].int2str(int(example["accent"])),
            example["text"],
        )
        for example in examples
    )
    found = Counter(
        (clip.clip_id, clip.speaker, clip.label, clip.transcript)
        for clip in source.clips
    )
    assert found == expected
    assert {clip.recorded_rate for clip in source.clips} == {48000}
    assert {clip.length for clip in source.clips} == {800}


def test_a_sequence_of_labels_is_one_text(prepare_catalogue):
    folder, written = prepare_catalogue("yes_no", {"train": 3})
    expected = {
        " ".join(("no", "yes")[int(number)] for number in example["label"])
        for example in written["train"]
    }
    source = open_source("yes_no", "all", 8000, folder)
    assert {clip.label for clip in source.clips} == expected


def test_audio_of_every_dtype_and_rate_is_the_same_tone(prepare_catalogue):
    for name in ("speech_commands", "yes_no", "groove/full-16000hz"):
        folder, _ = prepare_catalogue(name, {"train": 2})
        for clip in open_source(name, "train[:100%]", 8000, folder):
            middle = clip.waveform[200:-200]
            assert np.abs(middle).max() == pytest.approx(0.3, abs=0.01)


def test_the_only_split_is_split_anew_and_read_once(vctk):
    folder, _ = vctk
    parts = {
        split: open_source("vctk/mic1", split, 16000, folder)
        for split in ("train", "validation", "test")
    }
    ids = {split: clip_ids(part) for split, part in parts.items()}
    assert sum(map(len, ids.values())) == len(set.union(*ids.values())) == 60
    assert len({id(part.reader) for part in parts.values()}) == 1
    assert parts["test"].report.origin == "vctk/mic1 (test)"
    again = open_source("vctk/mic1", "train", 8000, folder)
    assert clip_ids(again) == ids["train"]


def test_the_only_split_can_be_split_by_speaker(vctk):
    folder, _ = vctk
    speakers = [
        {clip.speaker for clip in part.clips}
        for part in (
            open_source("vctk/mic1", split, 16000, folder, split_by="speaker")
            for split in ("train", "validation", "test")
        )
    ]
    assert sum(map(len, speakers)) == len(set.union(*speakers)) > 10


def test_all_of_the_only_split_and_slices_of_it_can_be_had(vctk):
    folder, _ = vctk
    for split, count in [("all", 60), ("train[:95%]", 57), ("train[95%:]", 3)]:
        assert len(open_source("vctk/mic1", split, 16000, folder)) == count


def test_other_readings_of_the_same_data_are_not_mixed_up(vctk):
    folder, _ = vctk
    accents, genders = (
        open_source("vctk/mic1", "train", 16000, folder, keys={"label": label})
        for label in ("accent", "gender")
    )
    assert {clip.label for clip in genders.clips} == {"F", "M"}
    assert not {"F", "M"} & {clip.label for clip in accents.clips}
    halved = open_source("vctk/mic1", "train", 16000, folder, stored_rate=24000)
    assert {clip.length for clip in halved.clips} == {1600}


def test_several_splits_stay_as_they_are(prepare_catalogue):
    counts = {"train_clean100": 30, "dev_clean": 3, "test_clean": 4}
    folder, _ = prepare_catalogue("librispeech", counts)
    for split, count in counts.items():
        assert len(open_source("librispeech", split, 16000, folder)) == count
    message = (
        "has the splits train_clean100, dev_clean, test_clean. Received: "
        "split='validation'.*train on \"train_clean100\\[:95%\\]\""
    )
    with pytest.raises(ValueError, match=message):
        open_source("librispeech", "validation", 16000, folder)


def test_a_dataset_that_is_not_in_the_catalogue_is_found_in_its_folder(vctk, tmp_path):
    folder, _ = vctk
    version = folder / "vctk" / "mic1" / "1.0.1"
    shutil.copytree(version, tmp_path / "voices" / "1.0.1")
    assert len(open_source("voices", "all", 16000, tmp_path)) == 60


@pytest.fixture
def spoilt(vctk, tmp_path):
    """Copy a dataset as another name and version, with words of a file replaced."""

    def spoil(place, name, old, new):
        folder = tmp_path / place
        shutil.copytree(vctk[0] / "vctk" / "mic1" / "1.0.1", folder)
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
        return folder

    return spoil


@pytest.mark.parametrize(
    ("name", "place"),
    [("evil_set", "evil_set/1.0.0"), ("yes_no:9.9.9", "yes_no/9.9.9")],
)
def test_code_that_a_folder_names_is_not_run(
    name, place, spoilt, tmp_path, monkeypatch
):
    (tmp_path / "payload_mod.py").write_text("raise SystemExit('it ran')")
    monkeypatch.syspath_prepend(tmp_path)
    audio = "tensorflow_datasets.core.features.audio_feature.Audio"
    folder = spoilt(place, "features.json", audio, "payload_mod.Audio")
    for dataset in (name, folder):
        with pytest.raises(ValueError, match="features of tfds. Received: 'payload_"):
            load(dataset, spec=DataSpec(16000, 0), data_dir=tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"{DATASET}-', '"../../tfds/{DATASET}-'),
        ('"name": "vctk"', '"name": "../../x"'),
        ('"name": "train"', '"name": "../train"'),
    ],
)
def test_files_outside_its_folder_are_not_read(old, new, spoilt, tmp_path):
    folder = spoilt("voices/1.0.0", "dataset_info.json", old, new)
    for dataset in ("voices", folder):
        with pytest.raises(ValueError, match="files in its folder. Received: '../"):
            load(dataset, spec=DataSpec(16000, 0), data_dir=tmp_path)


def test_a_description_that_is_nested_without_end_is_damaged(spoilt):
    folder = spoilt("voices/1.0.0", "features.json", "{", "{" + '"a": {' * 9999)
    with pytest.raises(ValueError, match="features.json that can't be read"):
        load(folder, spec=DataSpec(16000, 0))


@pytest.mark.parametrize(
    ("split", "shuffle"),
    [
        ("train", True),
        ("train[:95%]", True),
        ("train[:50%]+train[:90%]", True),
        ("train[95%:]", False),
        ("train[:50%]+train[60%:]", False),
        ("all", False),
    ],
)
def test_what_is_meant_for_training_is_shuffled(split, shuffle, vctk):
    dataset = load("vctk/mic1", split=split, spec=DataSpec(16000, 0), data_dir=vctk[0])
    assert dataset.shuffle == shuffle


def test_a_split_that_is_no_slice_is_refused(vctk):
    folder, _ = vctk
    for split in ("train[:5", "train[a:b]", "all[:5%]"):
        message = "a split or a slice of one.*Received: split=" + re.escape(repr(split))
        with pytest.raises(ValueError, match=message):
            open_source("vctk/mic1", split, 16000, folder)
    with pytest.raises(ValueError, match="at least one clip.*'train\\[:0\\]'"):
        open_source("vctk/mic1", "train[:0]", 16000, folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vctk/mic3", "a config of vctk, one of mic1, mic2. Received: 'vctk/mic3'"),
        ("ljspeech/mic1", "a config of ljspeech, none: it has no configs. Received"),
        ("vctk:9.0.0", "Received: 'vctk:9.0.0': .* only: 1.0.1"),
        ("vctk/mic1:9.0.0", "Received: 'vctk/mic1:9.0.0': .* only: 1.0.1"),
        ("vctk/mic1/1.0.1", "name/config:version. Received: 'vctk/mic1/1.0.1'"),
        ("a/b/c/d", "Received: 'a/b/c/d'. Check the name"),
        ("libreespeech", "Received: 'libreespeech'. Did you mean 'librispeech'?"),
        ("huggingface:glue", "Received: 'huggingface:glue'. "),
        ("ljspeech/config=3", "a config of ljspeech, none.*'ljspeech/config=3'"),
        ("vctk/mic1/x=1", "name/config:version. Received: 'vctk/mic1/x=1'"),
        ("mnist", "Received: mnist with the features image, label"),
        ("groove", "Received: groove/full-midionly .* of groove: full-16000hz, "),
        ("common_voice/de", "Received: common_voice/de, which does not"),
    ],
)
def test_what_can_not_be_loaded_is_refused_before_any_download(name, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        open_source(name, "train", 16000, tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_package_that_the_dataset_needs_is_named(tmp_path, monkeypatch):
    def download_and_prepare(self):
        raise ModuleNotFoundError("No module named 'apache_beam'", name="apache_beam")

    kind = tfds.builder_cls("librispeech")
    monkeypatch.setattr(kind, "download_and_prepare", download_and_prepare)
    message = '"librispeech" needs `apache-beam`.*`pip install apache-beam`'
    with pytest.raises(ImportError, match=message):
        open_source("librispeech", "train_clean100", 16000, tmp_path)


def test_the_program_that_decodes_compressed_audio_is_named(tmp_path, monkeypatch):
    def download_and_prepare(self):
        raise FileNotFoundError(
            "Error for p225_001_mic1.flac: No such file or directory: 'ffprobe'"
        )

    kind = tfds.builder_cls("vctk")
    monkeypatch.setattr(kind, "download_and_prepare", download_and_prepare)
    with pytest.raises(OSError, match="needs the program ffmpeg.*p225_001_mic1.flac"):
        open_source("vctk/mic1", "train", 16000, tmp_path)


def test_a_place_that_can_not_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"prepare it in .*file.*Received: .*`data_dir`"):
        prepared_tfds_builder("yes_no", tmp_path / "file")


def test_options_of_tfds_are_refused_for_folders_of_files(tmp_path):
    for option in ({"keys": {"audio": "speech"}}, {"stored_rate": 8000}):
        with pytest.raises(ValueError, match="for tfds datasets and your own; other"):
            load(tmp_path, spec=DataSpec(16000, 0), **option)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_mocked_datasets_have_any_split(split):
    # `mock_data` has no list of splits: any name opens one.
    with tfds.testing.mock_data(num_examples=3):
        source = open_source("vctk/mic1", split, 16000)
    assert isinstance(source, TfdsSource) and len(source) == 3
