"""What is known of the clips of a large dataset: in columns, the same as in objects."""

import gc
import hashlib
import pickle
from dataclasses import replace

import numpy as np
import pytest

from keras_wavenet.data.clip_info import ClipInfo
from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.prepared.clip_list import read_clips, serialize_clips

pytestmark = pytest.mark.neutral


def listed(clips, folder):
    """The clips, as they are read from a list of them."""
    path = folder / "clips-train.jsonl"
    path.write_bytes(b"".join(serialize_clips(clips)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return read_clips(path, len(clips), digest)


@pytest.fixture
def clips():
    loudness = Loudness(9, 0.5, 1e-7, 1, 2)
    return [
        ClipInfo("a", 9, 8000, loudness, speaker="Grüß", transcript='"да"\n\0 😀'),
        ClipInfo("caf\udce9.wav", 2**39, 44100, Loudness(), label="x; y"),
        ClipInfo("b/c", 3, 16000, replace(loudness, samples=2**39)),
    ]


def test_clips_are_what_was_written(clips, tmp_path):
    found = listed(clips, tmp_path)
    assert list(found) == clips
    assert [found[0], found[-1], *found[1:2]] == [clips[0], clips[2], clips[1]]
    assert {type(found[0].length), type(found[0].loudness.quiet)} == {int}
    assert list(pickle.loads(pickle.dumps(found))) == clips
    with pytest.raises(IndexError):
        found[3]


@pytest.mark.parametrize("name", ["clip_id", "length", "label", "loudness.peak"])
def test_a_column_of_a_source_is_that_of_its_clips(clips, tmp_path, name):
    table = ClipSource(16000, listed(clips, tmp_path), None)
    objects = ClipSource(16000, clips, None)
    assert list(table.column(name)) == list(objects.column(name))
    some, others = table.select([2, 0]), objects.select([2, 0])
    assert list(some.column(name)) == list(others.column(name))
    assert list(some.clips) == list(others.clips)
    assert some.report == replace(others.report, origin=some.report.origin)
    np.testing.assert_array_equal(some.lengths, [3, 9])


def test_a_long_list_makes_no_object_for_each_clip(tmp_path):
    clips = [
        ClipInfo(f"clip-{number}", 1 + number, 16000, speaker=f"speaker-{number % 7}")
        for number in range(10_000)
    ]
    table = listed(clips, tmp_path)
    assert list(table) == clips  # across the blocks of an iteration
    before = len(gc.get_objects())
    source = ClipSource(16000, listed(clips, tmp_path), None)
    assert len(gc.get_objects()) - before < 500
    assert set(source.column("speaker")) == {f"speaker-{n}" for n in range(7)}
    assert source.report.seconds == sum(range(1, 10_001)) / 16000
