"""Reading parts of clips, and remembering clips within bounds."""

import numpy as np
import pytest

from keras_wavenet.data.block_cache import BlockCache
from keras_wavenet.data.clip_source import BLOCK_LENGTH, ClipView, DecodedSource

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


class CountingSource(DecodedSource):
    """Clips that count up, and remember what was decoded of them."""

    def __init__(self, make_source, lengths, **options):
        arrays = make_source([np.arange(length) for length in lengths])
        super().__init__(16000, arrays.clips, arrays.report, **options)
        self.decoded = []

    def _decode(self, index, start, stop):
        self.decoded.append((index, start, stop))
        return np.arange(start, stop, dtype="float32")


def test_what_is_read_once_is_not_kept(make_source):
    source = CountingSource(make_source, [3 * BLOCK_LENGTH])
    for _ in range(2):
        np.testing.assert_array_equal(source.read_once(0, 5, 9), [5, 6, 7, 8])
        source.read(0, 5, 9)
    assert source.decoded == [(0, 5, 9), (0, 0, BLOCK_LENGTH), (0, 5, 9)]


def test_a_clip_that_is_one_block_is_decoded_once_for_all_its_stretches(make_source):
    source = CountingSource(make_source, [300, 200], whole_clips=True)
    for start in range(0, 300, 50):
        source.read_once(0, start, start + 50)
    assert source.decoded == [(0, 0, 300)]


def test_a_view_reads_its_stretches_once_too(make_source):
    source = CountingSource(make_source, [300, 200])
    view = ClipView(source, [1], "a view", stretches=[(40, 90)])
    np.testing.assert_array_equal(view.read_once(0, 10, 12), [50, 51])
    assert source.decoded == [(1, 50, 52)]
