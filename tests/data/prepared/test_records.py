"""Clips as numbered parts, packed into shards."""

import pytest

from keras_wavenet.data.prepared.records import PART_LENGTH, Records

pytestmark = pytest.mark.neutral

LENGTHS = [1, PART_LENGTH, PART_LENGTH + 1, 3 * PART_LENGTH - 1]


def test_records_count_through_all_parts_of_all_clips():
    records = Records(LENGTHS)
    places = [records.locate(number) for number in range(len(records))]
    assert places == [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]
    assert [records.number(*place) for place in places] == list(range(7))
    stretches = [records.stretch(*place) for place in places]
    assert all(0 < stop - start <= PART_LENGTH for start, stop in stretches)
    assert sum(stop - start for start, stop in stretches) == sum(LENGTHS)


@pytest.mark.parametrize("shard_bytes", [1, 140_000, 262_146, 10**9])
def test_shards_are_filled_in_order_up_to_their_size(shard_bytes):
    records = Records(LENGTHS)
    counts = records.pack(shard_bytes)
    assert sum(counts) == len(records) and min(counts) > 0
    sizes = [
        2 * (stop - start)
        for start, stop in (
            records.stretch(*records.locate(number)) for number in range(len(records))
        )
    ]
    first = 0
    for count in counts:
        shard, rest = sizes[first : first + count], sizes[first + count :]
        assert sum(shard) <= shard_bytes or count == 1
        assert not rest or sum(shard) + rest[0] > shard_bytes
        first += count
