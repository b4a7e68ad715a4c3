"""Reading a prepared dataset: the same audio as from the files, and damage is named."""

import hashlib
import json
import pickle
import shutil
from dataclasses import replace

import numpy as np
import pytest

from keras_wavenet.data import FolderSource, PreparedSource, load, open_source
from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.splits import make_split
from keras_wavenet.data.windows.dataset import WindowDataset

pytestmark = pytest.mark.neutral

RATE = 16000
HALF_STEP = 2**-16  # of int16


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_clips_are_those_of_the_folder_to_half_a_step_of_int16(prepared, splits, split):
    source = PreparedSource(prepared, split, RATE)
    assert len(source) == len(splits[split])
    for clip, original in zip(source, splits[split], strict=True):
        loudness = clip.info.loudness
        assert replace(clip.info, loudness=original.info.loudness) == original.info
        assert loudness.decibels == pytest.approx(
            original.info.loudness.decibels, abs=0.001
        )
        np.testing.assert_allclose(
            clip.waveform, original.waveform, rtol=0, atol=HALF_STEP + 2e-6
        )
    assert source.report.skipped == splits[split].report.skipped


def test_a_source_is_copied_to_other_processes(prepared):
    source = PreparedSource(prepared, "test", RATE)
    source.read(0, 0, 100)
    copy = pickle.loads(pickle.dumps(source))
    np.testing.assert_array_equal(copy[0].waveform, source[0].waveform)


def test_sixteen_bit_recordings_come_through_unchanged(prepared, splits):
    source = PreparedSource(prepared, "test", RATE)
    (original,) = splits["test"]
    assert original.info.clip_id == "h.wav"
    np.testing.assert_array_equal(source[0].waveform, original.waveform)
    rng = np.random.default_rng(0)
    for start in rng.integers(-9000, source.lengths[0], 20):
        np.testing.assert_array_equal(
            source.read(0, start, start + 9000),
            splits["test"].read(0, start, start + 9000),
        )


@pytest.mark.parametrize("shuffle", [False, True])
def test_windows_are_those_of_the_folder(prepared, splits, shuffle):
    options = {"batch_size": 4, "window_length": 3000, "shuffle": shuffle, "seed": 3}
    spec = DataSpec(RATE, 500)
    found = WindowDataset(PreparedSource(prepared, "train", RATE), spec, **options)
    expected = WindowDataset(splits["train"], spec, **options)
    assert len(found) == len(expected)
    for batch, other in zip(found, expected, strict=True):
        for array, like in zip(
            (*batch[0].values(), *batch[1:]),
            (*other[0].values(), *other[1:]),
            strict=True,
        ):
            np.testing.assert_allclose(array, like, rtol=0, atol=HALF_STEP + 2e-6)


@pytest.mark.filterwarnings("ignore:Skipped 5 of 17")
@pytest.mark.parametrize("rate", [8000, 11025])
def test_another_rate_is_resampled_while_it_is_read(prepared, recordings, rate):
    source = PreparedSource(prepared, "train", rate)
    folder = make_split(FolderSource(recordings, rate), "train")
    assert source.sample_rate == rate
    for clip, other in zip(source, folder, strict=True):
        assert clip.info.clip_id == other.info.clip_id
        assert abs(len(clip.waveform) - len(other.waveform)) <= 1
        # Two filters instead of one differ near half the rate only, where noise is.
        length = min(len(clip.waveform), len(other.waveform))
        error = clip.waveform[:length] - other.waveform[:length]
        assert np.sqrt(np.mean(error**2)) < 0.02


def test_load_and_open_source_read_a_prepared_folder(prepared):
    source = open_source(prepared, "validation", RATE)
    assert isinstance(source, PreparedSource)
    dataset = load(prepared, split="test", spec=DataSpec(RATE, 10), pipeline="grain")
    assert len(dataset) == 5


def test_a_dataset_of_tfds_in_a_folder_is_read_too(spoken_prompts, data_dir):
    (folder,) = data_dir.glob("spoken_prompts/*/")
    source = open_source(folder, "validation", RATE)
    assert len(source) == len(spoken_prompts[1])
    np.testing.assert_array_equal(source[0].waveform, spoken_prompts[1][0].waveform)


def test_a_dataset_that_names_foreign_code_is_not_opened(data_dir, tmp_path):
    (folder,) = data_dir.glob("spoken_prompts/*/")
    copy = shutil.copytree(folder, tmp_path / "copy")
    text = (copy / "features.json").read_text()
    features = text.replace("tensorflow_datasets.core.features.text_feature", "evil")
    (copy / "features.json").write_text(features)
    with pytest.raises(ValueError, match="Received: 'evil.Text'. Nothing"):
        open_source(copy, "validation", RATE)


def test_opening_reads_no_audio(prepared, tmp_path):
    copy = shutil.copytree(prepared, tmp_path / "noises")
    for shard in copy.glob("noises-*"):
        shard.write_bytes(bytes(shard.stat().st_size))
    source = PreparedSource(copy, "train", RATE)
    with pytest.raises(OSError, match=r"noises-train.array_record-.*as it was written"):
        source.read(0, 0, 10)


@pytest.fixture
def copy(prepared, tmp_path):
    """A copy of the dataset that may be changed."""
    return shutil.copytree(prepared, tmp_path / "noises")


def test_a_shard_that_is_missing_or_cut_is_named(copy):
    shard = sorted(copy.glob("noises-train*"))[1]
    size = shard.stat().st_size
    shard.write_bytes(shard.read_bytes()[:-7])
    with pytest.raises(OSError, match=f"{shard.name}.*{size - 7} of {size} bytes. Run"):
        PreparedSource(copy, "train", RATE)
    shard.unlink()
    with pytest.raises(OSError, match=f"{shard.name}.*No such file"):
        PreparedSource(copy, "train", RATE)
    PreparedSource(copy, "test", RATE)  # is not concerned


def test_exchanged_shards_are_an_error(copy):
    shards = sorted(copy.glob("noises-test*"))
    first, second = (shard.read_bytes() for shard in shards[1:3])
    assert len(first) == len(second)
    shards[1].write_bytes(second)
    source = PreparedSource(copy, "test", RATE)
    with pytest.raises(OSError, match="a record of another clip"):
        source[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.update(format=2),
        lambda plan: plan.update(name="../noises"),
        lambda plan: plan.update(sample_rate="16000"),
        lambda plan: plan.update(more=1),
        lambda plan: plan["splits"].update({"train/../x": plan["splits"]["train"]}),
        lambda plan: plan["splits"]["train"].update(clips=-1),
        lambda plan: plan["splits"]["train"].update(shards=[{"records": 1e9}]),
        lambda plan: plan["splits"]["train"]["shards"].pop(),
        lambda plan: plan.update(sample_rate=999),
    ],
)
def test_a_damaged_plan_is_refused(copy, change):
    path = copy / "prepared.json"
    plan = json.loads(path.read_text())
    change(plan)
    path.write_text(json.dumps(plan))
    with pytest.raises(OSError, match="Expected prepared.json of the prepared dataset"):
        PreparedSource(copy, "train", RATE)


@pytest.mark.parametrize(
    "line",
    ["", "{}", "[]", '{"id": 1}', "not json", pytest.param("[" * 99999, id="deep")],
)
def test_a_list_of_clips_that_was_changed_is_refused(copy, line):
    path = copy / "clips-test.jsonl"
    path.write_text(line)
    with pytest.raises(OSError, match="Expected clips-test.jsonl of the prepared"):
        PreparedSource(copy, "test", RATE)


@pytest.mark.parametrize(
    "change",
    [
        {"recorded_rate": 0},
        {"recorded_rate": 10**6},
        {"loudness": [0, 0.5, 1.0, 0, 0]},
        {"loudness": [9, float("nan"), 1.0, 0, 0]},
        {"loudness": [9, 0.5, float("inf"), 0, 0]},
        {"loudness": [9, 0.5, -1.0, 0, 0]},
        {"loudness": [9, "0.5", 1.0, 0, 0]},
        {"loudness": [9, 0.5, 1.0, -1, 0]},
        {"loudness": [9, 0.5, 1.0, 0, 10]},
    ],
)
def test_an_impossible_clip_is_refused_under_a_good_checksum(copy, change):
    clips, path = copy / "clips-test.jsonl", copy / "prepared.json"
    first, *others = clips.read_text("utf-8").splitlines(keepends=True)
    changed = json.dumps({**json.loads(first), **change}) + "\n"
    content = "".join([changed, *others]).encode()
    clips.write_bytes(content)
    plan = json.loads(path.read_text())
    plan["splits"]["test"]["clips_sha256"] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(plan))
    with pytest.raises(OSError, match="Expected clips-test.jsonl .*: not a clip"):
        PreparedSource(copy, "test", RATE)


def test_a_deeply_nested_plan_is_refused(copy):
    (copy / "prepared.json").write_text("[" * 99999)
    with pytest.raises(OSError, match="Expected prepared.json .* nested deeper"):
        PreparedSource(copy, "test", RATE)


def test_an_unknown_split_is_refused(prepared):
    with pytest.raises(ValueError, match="splits train, validation, test. Received"):
        open_source(prepared, "dev", RATE)
    with pytest.raises(ValueError, match="prepared with splits by clip. Received"):
        open_source(prepared, "train", RATE, split_by="speaker")


def test_labels_of_clips_are_kept(make_source, tmp_path):
    labels = {
        "speaker": ["anna", None],
        "label": [None, "yes"],
        "transcript": ["Grüß Gott", "да\n"],
    }
    source = make_source([[0.5, -1.0, 1.0, -0.25], [0.1]], **labels)
    prepare({"train": source}, tmp_path / "new")
    found = PreparedSource(tmp_path / "new", "train", RATE)
    for clip, original in zip(found.clips, source.clips, strict=True):
        assert replace(clip, loudness=original.loudness) == original
    np.testing.assert_array_equal(
        found[0].waveform, np.float32([0.5, -1, 1 - 2**-15, -0.25])
    )
