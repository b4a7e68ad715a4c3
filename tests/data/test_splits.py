"""Splits that are made: stable, disjoint, by clip or by speaker."""

import pytest

from keras_wavenet.data.splits import make_split, make_splits

pytestmark = pytest.mark.neutral

SPLITS = ("train", "validation", "test")


@pytest.fixture
def make_clips(make_source):
    """A source of clips of two samples, with these labels."""

    def make(count, **labels):
        return make_source([[0.1, 0.2]] * count, **labels)

    return make


def ids(source, split, **options):
    return {clip.clip_id for clip in make_split(source, split, **options).clips}


def test_each_clip_is_in_exactly_one_split(make_clips):
    source = make_clips(2000)
    train, validation, test = (ids(source, split) for split in SPLITS)
    assert len(train) + len(validation) + len(test) == 2000
    assert len(train | validation | test) == 2000
    assert 70 < len(validation) < 130 and 70 < len(test) < 130


def test_a_clip_stays_where_it_is_as_a_dataset_grows(make_clips):
    few, many = make_clips(400), make_clips(800)
    known = {clip.clip_id for clip in few.clips}
    for split in SPLITS:
        assert ids(few, split) == ids(many, split) & known


def test_splits_are_the_same_on_every_machine(make_clips):
    source = make_clips(40)
    assert ids(source, "validation") == {"clip-17", "clip-34"}
    assert ids(source, "test") == {"clip-31", "clip-4"}


@pytest.mark.parametrize("count", [2, 3, 5, 9])
def test_a_few_clips_give_training_and_validation(make_clips, count):
    source = make_clips(count)
    assert len(ids(source, "validation")) == 1
    assert len(ids(source, "train")) == count - 1
    with pytest.raises(ValueError, match=f"at least 10 usable clips.*: {count}"):
        make_split(source, "test")


def test_one_clip_can_be_trained_on_but_not_held_out(make_clips):
    assert len(make_split(make_clips(1), "train")) == 1
    with pytest.raises(ValueError, match="at least 2 usable clips.*Received: 1"):
        make_split(make_clips(1), "validation")


@pytest.mark.parametrize("count, made", [(1, 1), (2, 2), (9, 2), (10, 3)])
def test_all_splits_that_there_are_clips_for_are_made(make_clips, count, made):
    source = make_clips(count)
    splits = make_splits(source)
    assert list(splits) == ["train", "validation", "test"][:made]
    for name, part in splits.items():
        assert {clip.clip_id for clip in part.clips} == ids(source, name)
    published = make_clips(3, split=["dev", None, "train"])
    assert {name: len(part) for name, part in make_splits(published).items()} == {
        "dev": 1,
        "train": 1,
    }


def test_a_speaker_is_held_out_whole(make_clips):
    speakers = [f"p{index % 40}" for index in range(400)]
    source = make_clips(400, speaker=speakers)
    held_out = []
    for split in SPLITS:
        part = make_split(source, split, by="speaker")
        held_out.append({clip.speaker for clip in part.clips})
        assert len(part) == 10 * len(held_out[-1]) > 0
    assert sum(map(len, held_out)) == len(set.union(*held_out)) == 40


def test_speakers_that_are_not_known_cannot_be_held_out(make_clips):
    source = make_clips(3, speaker=["a", None, "b"])
    with pytest.raises(ValueError, match="1 clips without one, such as clip-1"):
        make_split(source, "train", by="speaker")


def test_published_splits_are_kept(make_clips):
    source = make_clips(3, split=["train", "test", "train"])
    assert ids(source, "test") == {"clip-1"}
    assert ids(source, "train") == {"clip-0", "clip-2"}
    with pytest.raises(ValueError, match="has the splits test, train. Received"):
        make_split(source, "validation")


def test_what_a_split_reads_are_its_own_clips(make_source):
    source = make_source([[0.1], [0.2], [0.3]], split=["a", "b", "b"])
    part = make_split(source, "b")
    assert [float(clip.waveform[0]) for clip in part] == pytest.approx([0.2, 0.3])
    assert part.report.clips == 2 and part.report.origin == "arrays (b)"


@pytest.mark.parametrize(
    ("split", "by", "message"),
    [
        ("dev", "clip", "'train', 'validation', 'test'.*split='dev'"),
        ("train", "mood", "'clip', 'speaker'. Received: split_by='mood'"),
    ],
)
def test_other_splits_are_refused(make_clips, split, by, message):
    with pytest.raises(ValueError, match=message):
        make_split(make_clips(3), split, by)
