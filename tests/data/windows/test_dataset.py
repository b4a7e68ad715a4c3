"""The dataset that `fit` takes: its batches through both pipelines."""

import itertools

import numpy as np
import pytest

from keras_wavenet.data import DataSpec, WindowDataset
from keras_wavenet.data.windows.pipelines import PIPELINES

pytestmark = pytest.mark.neutral

SPEC = DataSpec(16000, 30)
SMALL = {"batch_size": 4, "window_length": 100}


@pytest.fixture
def make_dataset(noise_source):
    """A dataset of small batches over the clips of noise."""

    def make(**options):
        return WindowDataset(noise_source, SPEC, **{**SMALL, **options})

    return make


def take(batches, count):
    """The first batches as lists of four arrays: waveform, context, y, weight."""
    return [
        [np.asarray(array) for array in (x["waveform"], x["context"], y, weight)]
        for x, y, weight in itertools.islice(iter(batches), count)
    ]


def assert_same_batches(first, second):
    assert len(first) == len(second)
    for arrays, others in zip(first, second, strict=True):
        for array, other in zip(arrays, others, strict=True):
            assert array.dtype == other.dtype == np.float32
            np.testing.assert_array_equal(array, other)


@pytest.mark.tensorflow
@pytest.mark.parametrize("shuffle", [True, False])
def test_both_pipelines_give_the_same_batches(shuffle, make_dataset):
    tf_data, grain = (
        make_dataset(pipeline=pipeline, shuffle=shuffle) for pipeline in PIPELINES
    )
    count = 3 * len(tf_data) if shuffle else len(tf_data)
    expected = take(tf_data.batches, count)
    assert_same_batches(take(grain.batches, count), expected)
    assert_same_batches(take(grain, len(grain)), expected[: len(grain)])


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_tiling_ends_and_can_be_read_again(pipeline, make_dataset, noise_source):
    dataset = make_dataset(pipeline=pipeline, shuffle=False)
    first, second = (take(dataset.batches, None) for _ in range(2))
    assert len(first) == len(dataset) == dataset.steps_per_epoch
    assert_same_batches(first, second)
    assert sum(weight.sum() for *_, weight in first) == noise_source.lengths.sum()


def test_the_last_batch_of_a_tiling_is_filled_up_without_weight(make_dataset):
    *_, (waveform, context, y, weight) = take(make_dataset(shuffle=False), None)
    assert waveform.shape == y.shape == weight.shape == (4, 100)
    assert context.shape == (4, 30)
    # 14 windows in batches of 4 leave the last two places empty.
    assert weight[:2].any(axis=1).all()
    assert not weight[2:].any()
    assert not y[2:].any()


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_starting_at_a_step_skips_the_batches_before_it(pipeline, step, make_dataset):
    dataset = make_dataset(pipeline=pipeline)
    everything = take(dataset.batches, step + 3)
    assert_same_batches(
        take(make_dataset(pipeline=pipeline, start_step=step).batches, 3),
        everything[step:],
    )
    assert_same_batches(take(dataset.starting_at(step).batches, 3), everything[step:])


@pytest.mark.tensorflow
@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("shuffle", [True, False])
def test_shards_are_the_rows_of_the_batches(pipeline, shuffle, make_dataset):
    whole = make_dataset(pipeline=pipeline, shuffle=shuffle)
    shards = [whole.sharded(index, 2) for index in range(2)]
    assert {(len(shard), shard.batch_size) for shard in shards} == {(len(whole), 4)}
    if shuffle:
        whole, *shards = (one.starting_at(3) for one in (whole, *shards))
    expected = take(whole.batches, len(whole))
    halves = [take(shard.batches, len(whole)) for shard in shards]
    joined = [
        [np.concatenate(rows) for rows in zip(*both, strict=True)]
        for both in zip(*halves, strict=True)
    ]
    assert_same_batches(joined, expected)


def test_shards_have_one_size(make_dataset):
    with pytest.raises(ValueError, match="batch_size=4, processes=3"):
        make_dataset().sharded(0, 3)
    with pytest.raises(ValueError, match="index=2"):
        make_dataset().sharded(2, 2)


def test_an_epoch_is_one_pass_rounded_up_to_full_batches(make_dataset):
    dataset = make_dataset()
    assert len(dataset) == 4  # 14 windows
    batches = take(dataset, None)
    assert len(batches) == 4
    assert all(weight.any(axis=1).all() for *_, weight in batches)


def test_the_seed_decides_the_order(make_dataset):
    first, again, other = (
        take(make_dataset(seed=seed, pipeline="grain").batches, 4) for seed in (1, 1, 2)
    )
    assert_same_batches(first, again)
    assert any((a[2] != b[2]).any() for a, b in zip(first, other, strict=True))


@pytest.mark.tensorflow
def test_tf_data_knows_its_shapes_and_cardinality(make_dataset):
    training = make_dataset(pipeline="tf.data").batches
    tiling = make_dataset(pipeline="tf.data", shuffle=False).batches
    assert int(training.cardinality()) == -1  # infinite
    assert int(tiling.cardinality()) == 4
    x, y, weight = training.element_spec
    assert x["waveform"].shape == y.shape == weight.shape == (4, 100)
    assert x["context"].shape == (4, 30)


def test_a_dataset_describes_itself(make_dataset):
    assert repr(make_dataset(pipeline="grain")) == (
        "WindowDataset(arrays: 6 clips, 0.1 s at 16000 Hz; shuffled with seed 0; "
        "4 steps per epoch of 4 windows of 100 samples, context 30; grain)"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "`batch_size` must be an integer of at least 1.*=0"),
        ({"batch_size": 2.5}, "`batch_size` must be an integer of at least 1.*=2.5"),
        ({"window_length": -1}, "`window_length` must be.*Received: window_length=-1"),
        ({"seed": -1}, "`seed` must be an integer of at least 0.*Received: seed=-1"),
        ({"start_step": None}, "`start_step` must be.*Received: start_step=None"),
        ({"start_step": 3, "shuffle": False}, "start_step=3, shuffle=False"),
        ({"pipeline": "tfdata"}, "Received: pipeline='tfdata'"),
    ],
)
def test_options_out_of_range_are_refused(options, message, make_dataset):
    with pytest.raises(ValueError, match=message):
        make_dataset(**options)


def test_some_of_the_clips_make_a_dataset_of_their_own(noise_source):
    whole = WindowDataset(
        noise_source, DataSpec(16000, 10), window_length=50, shuffle=False
    )
    part = whole.of_clips([3, 1], "two of them")
    assert [clip.clip_id for clip in part.source.clips] == ["clip-3", "clip-1"]
    assert part.source.report.origin == "arrays, two of them"
    assert sum(weight.sum() for _, _, weight in part) == 101 + 99
    assert (part.window_length, part.shuffle) == (50, False)
