"""Batches with a class for each frame: what is in them, and what has no weight."""

import itertools

import numpy as np
import pytest

from keras_wavenet.data import DataSpec
from keras_wavenet.recognition import (
    ClipLabels,
    RecognitionDataset,
    RecognitionSpec,
    SegmentLabels,
)

pytestmark = pytest.mark.neutral

RATE, POOL, CONTEXT, WINDOW = 16000, 10, 7, 40
CLASSES = ("a", "b", "c")
LENGTHS = (95, 40, 3, 128)
SPEC = RecognitionSpec(RATE, CONTEXT, pool=POOL, classes=CLASSES)


@pytest.fixture
def source(make_source):
    """Clips whose samples encode clip and place: clip + place / 1000, over 10."""
    clips = [(i + np.arange(n) / 1000) / 10 for i, n in enumerate(LENGTHS)]
    return make_source(clips, RATE, speaker=["a", "b", "c", "b"])


@pytest.fixture
def labels():
    """Segments of 30 samples, of the three classes in turn; the last clip has none."""
    segments = [
        [
            (start, min(start + 30, length), CLASSES[(start // 30 + clip) % 3])
            for start in range(0, length, 30)
        ]
        for clip, length in enumerate(LENGTHS)
    ]
    return SegmentLabels([*segments[:3], []], CLASSES)


def make(source, labels, **options):
    options = {"batch_size": 2, "window_length": WINDOW, **options}
    return RecognitionDataset(source, labels, SPEC, **options)


def rows(dataset, steps):
    """The examples of the first batches, one by one."""
    for step in range(steps):
        x, y, weight = dataset.batch(step)
        for row in range(dataset.batch_size):
            yield tuple({k: v[row] for k, v in part.items()} for part in (x, y, weight))


def place_of(sample):
    """Clip and place that a sample of `source` encodes."""
    clip = int(sample * 10 + 1e-3)
    return clip, round((float(sample) * 10 - clip) * 1000)


def test_a_batch_has_the_arrays_that_fit_takes(source, labels):
    for dataset in (
        make(source, labels),
        make(source, labels, shuffle=False),
    ):
        x, y, weight = next(iter(dataset.batches))
        shapes = {name: value.shape for name, value in (x | y).items()}
        assert shapes == {
            "waveform": (2, WINDOW),
            "context": (2, CONTEXT),
            "next_sample": (2, WINDOW),
            "frames": (2, WINDOW // POOL),
        }
        assert {n: v.shape for n, v in weight.items()} == {n: shapes[n] for n in y}
        assert y["frames"].dtype == "int32"
        floats = [*x.values(), y["next_sample"], *weight.values()]
        assert all(value.dtype == "float32" for value in floats)


def test_each_frame_of_a_clip_is_scored_exactly_once_with_its_class(source, labels):
    tiling = make(source, labels, shuffle=False)
    scored = []
    for x, y, weight in rows(tiling, len(tiling)):
        for frame in np.flatnonzero(weight["frames"]):
            clip, place = place_of(x["waveform"][frame * POOL])
            assert place % POOL == 0
            expected = CLASSES[((place + POOL // 2) // 30 + clip) % 3]
            assert CLASSES[y["frames"][frame]] == expected
            scored.append((clip, place // POOL))
    # The last frame of 5 samples, with its middle at the clip's end, does not count.
    assert scored == [(0, f) for f in range(9)] + [(1, f) for f in range(4)]


def test_the_next_sample_is_the_one_after_each(source, labels):
    x, y, weight = next(rows(make(source, labels, shuffle=False), 1))
    np.testing.assert_array_equal(x["waveform"][1:], y["next_sample"][:-1])
    assert weight["next_sample"].all() and not x["context"].any()
    last = list(rows(make(source, labels, shuffle=False), 2))[2]
    assert last[2]["next_sample"].tolist() == [1.0] * 14 + [0.0] * 26


def test_shuffled_windows_have_the_labels_of_their_samples_wherever_they_start(
    source, labels
):
    found = set()
    for x, y, weight in rows(make(source, labels, seed=3), 200):
        for frame in np.flatnonzero(weight["frames"]):
            middle = x["waveform"][frame * POOL + POOL // 2]
            clip, place = place_of(middle)
            assert CLASSES[y["frames"][frame]] == CLASSES[(place // 30 + clip) % 3]
            found.add((clip, place))
    assert {clip for clip, _ in found} == {0, 1, 2}  # the last one has no labels
    assert len({place % POOL for _, place in found}) == POOL


def test_a_run_continues_from_any_step(source, labels):
    whole = make(source, labels, seed=5)
    later = whole.starting_at(4)
    pairs = zip(itertools.islice(whole.batches, 4, 8), later.batches, strict=False)
    for expected, found in pairs:
        for one, other in zip(expected, found, strict=True):
            for name in one:
                np.testing.assert_array_equal(one[name], other[name])
    assert len(later) == len(whole) == 5
    assert len(list(later)) == 5


def test_the_last_batch_of_a_tiling_is_filled_up_without_weight(source, labels):
    tiling = make(source, labels, shuffle=False, batch_size=4)
    x, y, weight = tiling.batch(len(tiling) - 1)
    assert len(tiling) == 3 and len(list(tiling.batches)) == 3
    assert not x["waveform"][1:].any()
    assert not any(value[1:].any() for value in weight.values())
    assert weight["next_sample"][0].any()
    with pytest.raises(IndexError, match="There are 3 batches. Received: step=3"):
        tiling.batch(3)


def test_the_share_of_the_largest_class_is_the_baseline(source, labels):
    # 9 and 4 frames count: 3 of each class in the first clip, then b, b, b, c.
    shares = make(source, labels).class_shares()
    np.testing.assert_allclose(shares, np.array([3, 6, 4]) / 13)
    nothing = SegmentLabels([[], [], [(0, 3, "a")], []], CLASSES)
    with pytest.raises(ValueError, match="Expected a frame with a class in arrays"):
        make(source, nothing).class_shares()


def test_the_repr_of_a_dataset_describes_it(source, labels):
    text = repr(make(source, labels))
    assert "4 clips" in text and "3 classes" in text and "frames of 10" in text


def test_what_does_not_fit_is_refused(source, labels, make_source):
    speakers = ClipLabels.of_source(source)
    for wrong, message in (
        ({"labels": ClipLabels(["a", "b"], CLASSES)}, "labels of 2 clips"),
        ({"labels": ClipLabels(list("abab"))}, r"\['a', 'b', 'c'\]. Received"),
        ({"window_length": 45}, "multiple of the 10 .*Received: window_length=45"),
        ({"source": make_source([np.zeros(9)] * 4, 8000)}, "Received: 8000 Hz"),
        ({"batch_size": 0}, "`batch_size` must be"),
        ({"seed": -1}, "`seed` must be"),
        ({"shuffle": False, "start_step": 3}, "`start_step` goes with shuffled"),
    ):
        arguments = {"source": source, "labels": speakers, **wrong}
        with pytest.raises(ValueError, match=message):
            make(**arguments)
    with pytest.raises(ValueError, match="`RecognitionSpec`.*Received: spec=DataSpec"):
        RecognitionDataset(source, labels, DataSpec(RATE, 3))


def test_a_spec_has_frames_and_classes():
    with pytest.raises(ValueError, match="`pool` must be .*Received: pool=0"):
        RecognitionSpec(RATE, 0, pool=0, classes=CLASSES)
    with pytest.raises(ValueError, match="`classes` must have"):
        RecognitionSpec(RATE, 0, pool=1, classes=())
    with pytest.raises(ValueError, match="`sample_rate` must be"):
        RecognitionSpec(0, 0, pool=1, classes=CLASSES)
