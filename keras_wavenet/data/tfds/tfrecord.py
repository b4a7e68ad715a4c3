"""Random access to the examples of a tfds dataset that is stored as TFRecord files.

tfds itself reads this format, its default, from front to back only. A file is a list of
records: length (8 bytes, little endian), checksum of the length (4), the example,
checksum of the example (4). Where each one begins is found by skipping from length to
length, so that a dataset which is there already need not be prepared again.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_BEFORE, _AFTER = 12, 4  # bytes of a record around its example


class TfrecordExamples(Sequence):
    """The examples of a split, decoded as they are read.

    Args:
        info: The `tfds.core.DatasetInfo` of a dataset that is prepared as TFRecord.
        split: Name of a split, or a slice of one.

    Raises:
        ValueError: If a file ends before its last record, or has fewer than it should.
        OSError: If a file can't be read.
    """

    def __init__(self, info: Any, split: str):
        self._features = info.features
        self._places = []  # file, first byte and length of each example
        for part in info.splits[split].file_instructions:
            places = list(_find_records(Path(part.filename)))
            if len(places) != part.examples_in_shard:
                raise ValueError(
                    f"Expected {part.examples_in_shard} records in {part.filename}. "
                    f"Received: {len(places)}. Prepare the dataset again."
                )
            self._places += places[part.skip : part.skip + part.take]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> dict[str, Any]:
        path, start, length = self._places[index]
        with path.open("rb") as file:
            file.seek(start)
            return self._features.deserialize_example_np(file.read(length))


def _find_records(path: Path) -> Iterator[tuple[Path, int, int]]:
    """File, first byte and length of the example in each record of a file."""
    size, place = path.stat().st_size, 0
    with path.open("rb") as file:
        while place < size:
            file.seek(place)
            header = file.read(8)
            length = struct.unpack("<Q", header)[0] if len(header) == 8 else size
            end = place + _BEFORE + length + _AFTER
            if end > size:
                raise ValueError(
                    f"Expected whole records in {path}. Received: one that ends at "
                    f"byte {end} of {size}. Prepare the dataset again."
                )
            yield path, place + _BEFORE, length
            place = end
