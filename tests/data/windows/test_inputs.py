"""Batches with conditions: the same through both pipelines, and what is refused."""

import itertools

import numpy as np
import pytest

from keras_wavenet.data import DataSpec, WindowDataset
from keras_wavenet.data.windows.pipelines import PIPELINES

pytestmark = pytest.mark.neutral

T, N, HOP = 120, 30, 40


@pytest.fixture
def make_dataset(spoken_source, local_spec):
    """Batches with all that a dataset can give, each in its place."""

    def make(features=None, **options):
        needed = {
            "conditions": ("speaker", "tags", "local"),
            "speakers": ("ida", "max", "zoe"),
            "tags": ("loud", "low"),
            "needs_context_valid": True,
        }
        spec = local_spec(**needed) if features is None else local_spec(**features)
        sizes = {"batch_size": 4, "window_length": T}
        return WindowDataset(spoken_source, spec, **{**sizes, **options})

    return make


def take(batches, count):
    """The first batches as dicts of arrays."""
    return [
        {name: np.asarray(array) for name, array in {**x, "y": y, "w": w}.items()}
        for x, y, w in itertools.islice(iter(batches), count)
    ]


def assert_same_batches(first, second):
    for arrays, others in zip(first, second, strict=True):
        assert set(arrays) == set(others)
        for name, array in arrays.items():
            assert array.dtype == others[name].dtype
            np.testing.assert_array_equal(array, others[name])


def test_batches_hold_what_the_model_needs(make_dataset):
    x, *_ = next(iter(make_dataset()))
    assert {name: (array.dtype.name, array.shape) for name, array in x.items()} == {
        "waveform": ("float32", (4, T)),
        "context": ("float32", (4, N)),
        "speaker": ("int32", (4,)),
        "tags": ("float32", (4, 2)),
        "local": ("float32", (4, 8, 2)),
        "local_context": ("float32", (4, 3, 2)),
        "context_valid": ("int32", (4,)),
    }


@pytest.mark.parametrize("shuffle", [True, False])
def test_every_sample_is_scored_once_by_windows_at_multiples_of_the_hop(
    shuffle, make_dataset, spoken_source, find_window
):
    starts, scored = [], []
    dataset = make_dataset(shuffle=shuffle, batch_size=1)
    for _, y, weight in dataset:
        starts.append(find_window(spoken_source, y[0], weight[0])[1])
        scored.append(y[weight == 1])
    expected = np.concatenate([clip.waveform for clip in spoken_source])
    np.testing.assert_array_equal(np.sort(np.concatenate(scored)), np.sort(expected))
    assert not any(start % HOP for start in starts)
    assert any(start % T for start in starts) == shuffle  # cuts move, in a training


def test_conditions_belong_to_the_window(
    make_dataset, spoken_source, find_window, loudness
):
    dataset = make_dataset(batch_size=1, seed=1)
    whole = [loudness(clip.waveform) for clip in spoken_source]
    before_the_clip = 0
    for x, y, weight in take_rows(dataset, 60):
        clip, start = find_window(spoken_source, y, weight)
        numbers = np.arange(start // 20 - 3, start // 20 + 8)
        frames = whole[clip][numbers.clip(0, len(whole[clip]) - 1)]
        found = np.concatenate([x["local_context"], x["local"]])
        np.testing.assert_allclose(found, frames, rtol=1e-6)
        assert ("ida", "max", "zoe")[x["speaker"]] == spoken_source.clips[clip].speaker
        assert x["tags"][0] == ("loud" in (spoken_source.clips[clip].label or ""))
        assert x["context_valid"] == min(start, N)
        before_the_clip += start < 0
    assert before_the_clip > 5


def take_rows(dataset, count):
    """Windows of a dataset of batches of one."""
    for x, y, weight in itertools.islice(dataset.batches, count):
        arrays = {name: np.asarray(array)[0] for name, array in x.items()}
        yield arrays, np.asarray(y)[0], np.asarray(weight)[0]


def test_the_valid_context_is_the_clips_samples_and_the_zero_before_them(make_dataset):
    (x, _, _), *_ = make_dataset(shuffle=False, batch_size=5)
    # Four clips from their start on, and a second window of the last of them.
    np.testing.assert_array_equal(x["context_valid"], [0, 0, 0, 0, N])


def test_places_without_a_window_are_zero_but_for_the_valid_context(make_dataset):
    *_, last = take(make_dataset(shuffle=False, pipeline="grain").batches, None)
    empty = ~last["w"].any(axis=1)
    assert empty.any()
    for name, array in last.items():
        assert np.all(array[empty] == (N if name == "context_valid" else 0)), name


@pytest.mark.tensorflow
@pytest.mark.parametrize("shuffle", [True, False])
def test_both_pipelines_give_the_same_conditions(shuffle, make_dataset):
    tf_data, grain = (
        make_dataset(shuffle=shuffle, pipeline=pipeline) for pipeline in PIPELINES
    )
    count = len(grain) + shuffle
    expected = take(grain.batches, count)
    assert len(expected) == count
    assert_same_batches(take(tf_data.batches, count), expected)
    x, *_ = tf_data.batches.element_spec
    assert x["speaker"].dtype == x["context_valid"].dtype == "int32"
    assert x["local"].shape == (4, 8, 2)


def test_a_run_goes_on_with_the_same_conditions(make_dataset):
    dataset = make_dataset(pipeline="grain")
    everything = take(dataset.batches, 9)
    assert_same_batches(take(dataset.starting_at(6).batches, 3), everything[6:])
    resumed = make_dataset(pipeline="grain", start_step=6)
    assert_same_batches(take(resumed.batches, 3), everything[6:])


def test_some_of_the_clips_keep_their_conditions(make_dataset):
    part = make_dataset(shuffle=False).of_clips([3, 1], "two of them")
    (x, _, _), *_ = part
    np.testing.assert_array_equal(x["speaker"], [2, 2, 1, 0])  # the last one is empty
    np.testing.assert_array_equal(x["context_valid"], [0, N, 0, N])


def test_frames_may_come_from_files(make_dataset, spoken_source, loudness, tmp_path):
    for clip in spoken_source:
        np.save(tmp_path / f"{clip.info.clip_id}.npy", loudness(clip.waveform))
    made = take(make_dataset(pipeline="grain").batches, 8)
    options = {"features": {"features": None}, "pipeline": "grain"}
    dataset = make_dataset(**options, local_dir=tmp_path)
    for ours, theirs in zip(take(dataset.batches, 8), made, strict=True):
        for name in ("local", "local_context"):
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-6)


def test_files_are_checked_once(make_dataset, spoken_source, loudness, tmp_path):
    for clip in spoken_source:
        np.save(tmp_path / f"{clip.info.clip_id}.npy", loudness(clip.waveform))
    dataset = make_dataset({"features": None}, local_dir=tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    dataset.starting_at(3)
    dataset.of_clips([0, 1], "two of them")


@pytest.mark.parametrize(
    ("needed", "message"),
    [
        ({"conditions": ("global",)}, r"Received: conditions=\('global',\)"),
        (
            {"conditions": ("speaker",), "speakers": 109},
            r"Received: speakers=109, a count\. Give the model `speakers=\[\.\.\.\]`",
        ),
        ({"conditions": ("tags",), "tags": 3}, "Received: tags=3, a count"),
        (
            {"conditions": ("local",), "local_channels": 2},
            "without `features`, and local_dir=None. Name a folder",
        ),
    ],
)
def test_what_no_dataset_can_give_is_refused(needed, message, spoken_source):
    with pytest.raises(ValueError, match=message):
        WindowDataset(spoken_source, DataSpec(16000, N, **needed))


def test_a_folder_of_frames_goes_with_a_model_of_frames(
    spoken_source, local_spec, tmp_path
):
    with pytest.raises(ValueError, match=r"`local_channels`.*=\(\), local_dir="):
        WindowDataset(spoken_source, DataSpec(16000, N), local_dir=tmp_path)
    with pytest.raises(ValueError, match="local_dir='.*gone', which is no folder"):
        WindowDataset(spoken_source, local_spec(), local_dir=tmp_path / "gone")


def test_a_clip_without_its_condition_is_refused_at_once(noise_source):
    spec = DataSpec(16000, N, conditions=("speaker",), speakers=("ida",))
    with pytest.raises(ValueError, match=r"clip-0 \(speaker=None\)"):
        WindowDataset(noise_source, spec)
