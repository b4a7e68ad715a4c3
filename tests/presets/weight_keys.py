"""The names and shapes of weights in a file, those of all blocks as one entry."""

import re

import h5py

NUMBERED = re.compile(r"gated_residual_block(?:_(\d+))?")


def read_shapes(path):
    """Shapes of all arrays of a weights file, by their path in it."""
    shapes = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: shapes.update(
                {name: item.shape} if isinstance(item, h5py.Dataset) else {}
            )
        )
    return shapes


def grouped(shapes):
    """A dict from the path, with `*` for the number of the block, to the arrays of it.

    An entry is a shape, such as `2x32x64`, and the numbers of the blocks that have
    it; the first block has the number 0 and, in the file, none.
    """
    found = {}
    for path, shape in shapes.items():
        size = "x".join(map(str, shape))
        block = NUMBERED.search(path)
        where = NUMBERED.sub("gated_residual_block_*", path)
        numbers = found.setdefault((where, size), [])
        if block:
            numbers.append(int(block[1] or 0))
    entries = {}
    for (where, size), numbers in sorted(found.items()):
        entries[where] = entries.get(where, "") + size + _of_blocks(sorted(numbers))
    return entries


def _of_blocks(numbers):
    if not numbers:
        return ""
    first, last = numbers[0], numbers[-1]
    if numbers == list(range(first, last + 1)):
        return f" of blocks {first} to {last}"
    return f" of blocks {numbers}"
