"""Reading parts of clips, caching within bounds, and sources made of others."""

from dataclasses import replace

import numpy as np
import pytest

from keras_wavenet.data import ClipSource
from keras_wavenet.data.reader import BLOCK_LENGTH, BlockCache, CachingReader

pytestmark = pytest.mark.neutral


def test_what_lies_outside_a_clip_is_silence(make_source):
    source = make_source([[0.1, 0.2, 0.3]])
    np.testing.assert_array_equal(source.read(0, -2, 2), np.float32([0, 0, 0.1, 0.2]))
    np.testing.assert_array_equal(source.read(0, 2, 5), np.float32([0.3, 0, 0]))
    np.testing.assert_array_equal(source.read(0, -5, -1), np.zeros(4))
    np.testing.assert_array_equal(source.read(0, 3, 5), np.zeros(2))
    np.testing.assert_array_equal(source.read(0, -1, 4), [0, *source[0].waveform, 0])


def test_a_source_is_a_sequence(make_source):
    source = make_source([[0.1], [0.2, 0.3]])
    assert len(source) == 2
    assert source[-1].info.clip_id == "clip-1"
    assert [clip.info.clip_id for clip in source] == ["clip-0", "clip-1"]
    with pytest.raises(IndexError, match="2 clips. Received: index=2"):
        source[2]


def test_the_cache_keeps_the_blocks_used_last_within_its_bytes():
    decoded = []

    def decode(index):
        decoded.append(index)
        return np.full(10, index, "float32")

    cache = BlockCache(decode, max_bytes=80)  # two blocks
    for index in (0, 1, 0, 2, 0, 1):
        assert cache[index][0] == index
    assert decoded == [0, 1, 2, 1]


def test_a_block_larger_than_the_cache_is_kept_until_the_next():
    decoded = []

    def decode(index):
        decoded.append(index)
        return np.zeros(1000, "float32")

    cache = BlockCache(decode, max_bytes=8)
    for index in (0, 0, 1, 1, 0):
        cache[index]
    assert decoded == [0, 1, 0]


class CountingReader(CachingReader):
    """Recordings that count up, and what was decoded of them."""

    def __init__(self, lengths, **options):
        super().__init__(self.decode, lengths, **options)
        self.decoded = []

    def decode(self, recording, start, stop):
        self.decoded.append((recording, start, stop))
        return np.arange(start, stop, dtype="float32")


def test_what_is_read_in_blocks_is_not_kept():
    reader = CountingReader([3 * BLOCK_LENGTH])
    for _ in range(2):
        (block,) = reader.blocks(0, 5, 9)
        np.testing.assert_array_equal(block, [5, 6, 7, 8])
        reader.read(0, 5, 9)
    assert reader.decoded == [(0, 5, 9), (0, 0, BLOCK_LENGTH), (0, 5, 9)]


def test_a_recording_that_is_one_block_is_decoded_once_for_all_its_segments():
    reader = CountingReader([300, 200], whole=True)
    for start in range(0, 300, 50):
        reader.read(0, start, start + 50)
        list(reader.blocks(0, start, start + 50))
    assert reader.decoded == [(0, 0, 300)]


def test_segments_over_several_blocks_are_joined():
    reader = CountingReader([3 * BLOCK_LENGTH])
    start, stop = BLOCK_LENGTH - 3, 2 * BLOCK_LENGTH + 4
    np.testing.assert_array_equal(reader.read(0, start, stop), np.arange(start, stop))


@pytest.fixture
def segments(make_source):
    """Segments of two recordings that count up: samples 40 to 89, and 7 to 9."""
    clips = make_source([np.zeros(50), np.zeros(3)]).clips
    reader = CountingReader([200, 300])
    return ClipSource(16000, clips, reader, recordings=[1, 0], starts=[40, 7])


def test_a_clip_may_be_a_segment_of_a_recording(segments):
    np.testing.assert_array_equal(segments[0].waveform, np.arange(40, 90))
    np.testing.assert_array_equal(segments[1].waveform, [7, 8, 9])
    np.testing.assert_array_equal(segments.read(1, -2, 5), [0, 0, 7, 8, 9, 0, 0])
    segments.reader.decoded.clear()
    (block,) = segments.blocks(0)
    np.testing.assert_array_equal(block, np.arange(40, 90))
    assert segments.reader.decoded == [(1, 40, 90)]


def test_some_clips_are_a_source_with_the_same_reader(segments):
    again = segments.select([1, 0, 1], "some").select([2, 1])
    assert again.reader is segments.reader
    assert [clip.info.clip_id for clip in again] == ["clip-1", "clip-0"]
    np.testing.assert_array_equal(again[0].waveform, [7, 8, 9])
    np.testing.assert_array_equal(again[1].waveform, np.arange(40, 90))
    assert (again.report.origin, again.report.clips) == ("some", 2)
    assert again.report.seconds == 53 / 16000


def test_no_clips_are_a_source_too(segments):
    assert len(segments.select([])) == 0


def test_segments_of_segments_are_read_from_the_recording(segments):
    clips = [replace(segments.clips[0], length=4), segments.clips[1]]
    short = segments.shortened([10, 0], clips, segments.report)
    np.testing.assert_array_equal(short.read(0, -1, 5), [0, 50, 51, 52, 53, 0])
    np.testing.assert_array_equal(short[1].waveform, [7, 8, 9])
