"""Clips as numbered parts, packed into shards."""

import numpy as np
import pytest

from keras_wavenet.data.prepared.records import PART_LENGTH, Records, encode_records

pytestmark = pytest.mark.neutral

LENGTHS = [1, PART_LENGTH, PART_LENGTH + 1, 3 * PART_LENGTH - 1]


def test_records_count_through_all_parts_of_all_clips():
    records = Records(LENGTHS)
    places = list(zip(records.clips, records.parts, strict=True))
    assert places == [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]
    assert [records.number(*place) for place in places] == list(range(7))
    assert [records.ends_clip(number) for number in range(7)] == [
        *(True, True, False, True),
        *(False, False, True),
    ]
    assert all(0 < samples <= PART_LENGTH for samples in records.samples)
    assert records.samples.sum() == sum(LENGTHS)


@pytest.mark.parametrize("shard_bytes", [1, 140_000, 262_146, 10**9])
def test_shards_are_filled_in_order_up_to_their_size(shard_bytes):
    records = Records(LENGTHS)
    counts = records.pack(shard_bytes)
    assert sum(counts) == len(records) and min(counts) > 0
    sizes = [2 * int(samples) for samples in records.samples]
    first = 0
    for count in counts:
        shard, rest = sizes[first : first + count], sizes[first + count :]
        assert sum(shard) <= shard_bytes or count == 1
        assert not rest or sum(shard) + rest[0] > shard_bytes
        first += count


def test_examples_of_short_and_long_clips_come_in_order(make_source):
    lengths = [10, 9 * PART_LENGTH + 5, 20, PART_LENGTH + 1, 12 * PART_LENGTH, 7]
    source = make_source([np.arange(length) % 251 / 256 for length in lengths])
    records = Records(lengths)
    wanted = [range(0, 5), range(8, len(records))]  # a gap inside a long clip
    numbers = [number for some in wanted for number in some]
    examples = list(encode_records(source, records, wanted))
    assert len(examples) == len(numbers)
    for number, example in zip(numbers, examples, strict=True):
        clip, part = records.clips[number], records.parts[number]
        assert example["id"] == f"clip-{clip}"
        assert (example["part"], example["parts"]) == (part, records.counts[clip])
        start = part * PART_LENGTH
        stop = start + records.samples[number]
        expected = np.arange(start, stop) % 251 * 128
        np.testing.assert_array_equal(example["audio"], expected)
