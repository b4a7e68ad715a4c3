"""A map over many files in threads, with results in order and bounded memory."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Item, _Result = TypeVar("_Item"), TypeVar("_Result")

_MOST_THREADS = 8  # more would wait for the disk


def map_in_threads(
    function: Callable[[_Item], _Result], items: Iterable[_Item], ahead: int = 64
) -> Iterator[_Result]:
    """Yield the result of a function for each item, in the order of the items.

    Unlike `Executor.map` and tqdm's `thread_map`, which submit all items at once (and
    `thread_map` returns a list of all results), it takes items as results are fetched:
    memory does not grow with the number of files.

    Args:
        function: Called with one item; decoding audio releases the interpreter lock.
        items: The items.
        ahead: Items in flight for each thread; their results wait in memory.

    Raises:
        Exception: What `function` raises, when its item's result is fetched.
    """
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    items = iter(items)
    # Alone, in this thread: cffi, by which audio is decoded, completes its types when
    # they are first used, and two threads that do so at once may end the process.
    for item in islice(items, 1):
        yield function(item)
    with ThreadPoolExecutor(threads) as pool:
        first = islice(items, ahead * threads)
        waiting = deque(pool.submit(function, item) for item in first)
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(items, 1))
                yield result
        finally:  # after an error or a Ctrl-C, items not yet started are dropped
            for future in waiting:
                future.cancel()
