"""A progress bar for long readings of data, on a terminal only."""

import sys
from collections.abc import Iterable
from typing import TextIO, TypeVar

from keras_wavenet.utils.terminal import writable

_Item = TypeVar("_Item")

_DELAY = 2.0  # s before the bar is drawn: most readings take less


def show_progress(
    items: Iterable[_Item], total: int, task: str, stream: TextIO | None = None
) -> Iterable[_Item]:
    """Return the items, with a tqdm bar that counts them as they are iterated.

    The bar is drawn after 2 s and removed at the end, also after an error. Without
    tqdm, which the extra `data` brings, nothing is drawn.

    Args:
        items: The items, iterated once.
        total: Number of items.
        task: Text in front of the bar, for example `"Reading folder x"`.
        stream: Text stream of the bar; stderr if None. Nothing is written to a stream
            that is not a terminal.
    """
    stream = sys.stderr if stream is None else stream
    if stream is None or not stream.isatty():  # None: a program without a console
        return items
    try:
        from tqdm import tqdm
    except ImportError:
        return items
    return tqdm(
        items,
        desc=writable(task, stream),
        total=total,
        file=stream,
        delay=_DELAY,
        leave=False,
        dynamic_ncols=True,
    )
