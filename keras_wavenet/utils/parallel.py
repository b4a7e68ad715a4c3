"""Work on many files at once: a thread for each core, results in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Item, _Result = TypeVar("_Item"), TypeVar("_Result")

_MOST_THREADS = 8  # more would wait for the disk
_AHEAD = 64  # items for each thread that may wait to be fetched


def map_in_threads(
    function: Callable[[_Item], _Result], items: Iterable[_Item]
) -> Iterator[_Result]:
    """Results of a function for each item, in the order of the items.

    Unlike an executor's own `map`, it takes items as results are fetched: a corpus of a
    million files costs no more memory than a small one.

    Args:
        function: What to do with an item; decoding audio leaves other threads free.
        items: What to work on.
    """
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    items = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        first = islice(items, _AHEAD * threads)
        waiting = deque(pool.submit(function, item) for item in first)
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(items, 1))
                yield result
        finally:  # an error or a Ctrl-C does not wait for what nobody will fetch
            for future in waiting:
                future.cancel()
