"""Clips as records: read, resampled, rounded and serialised, several at a time."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import Full, Queue

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.record_format import record_features, serialize_record
from keras_wavenet.data.prepared.records import Records
from keras_wavenet.utils.pcm import to_pcm

# libsndfile and soxr leave Python's lock alone for most of their time.
_THREADS = min(8, os.cpu_count() or 1)
_AHEAD = 8  # records of each clip in memory: bounded, however long it is
_PATIENCE = 0.1  # s between two looks at whether anybody still wants a record


class _NotWantedError(Exception):
    """Nobody will take more records."""


def encode_records(
    source: ClipSource, records: Records, wanted: Iterable[range]
) -> Iterator[bytes]:
    """Some records of a source, in order.

    Each clip is read by one thread from its first sample on: decoders and filters then
    always give the same samples, which they don't quite when they start elsewhere.

    Args:
        source: The clips.
        records: Their records.
        wanted: Numbers of records, rising.
    """
    record_features()  # imported here, not by all threads at once
    closed = threading.Event()

    def work(queue: Queue, *stretch: int):
        try:
            for record in _encode(source, records, *stretch):
                _put(queue, record, closed)
            _put(queue, None, closed)
        except _NotWantedError:
            pass
        except BaseException as error:
            _put(queue, error, closed)

    pool = ThreadPoolExecutor(_THREADS)
    queues: deque[Queue] = deque()
    try:
        for stretch in _clip_stretches(records, wanted):
            queues.append(Queue(_AHEAD))
            pool.submit(work, queues[-1], *stretch)
            if len(queues) > _THREADS:
                yield from _drain(queues.popleft())
        while queues:
            yield from _drain(queues.popleft())
    finally:
        closed.set()
        pool.shutdown(cancel_futures=True)


def _clip_stretches(
    records: Records, wanted: Iterable[range]
) -> Iterator[tuple[int, int, int]]:
    """The wanted records as `(clip, first part, part after the last)`."""
    last = None
    for numbers in wanted:
        number = numbers.start
        while number < numbers.stop:
            clip, first = records.locate(number)
            stop = min(first + numbers.stop - number, records.parts(clip))
            number += stop - first
            if last and last[0] == clip and last[2] == first:  # on across two shards
                first = last[1]
            elif last:
                yield last
            last = clip, first, stop
    if last:
        yield last


def _encode(
    source: ClipSource, records: Records, clip: int, first: int, stop: int
) -> Iterator[bytes]:
    for part, block in enumerate(islice(source.blocks(clip), stop)):
        if part >= first:
            audio = to_pcm(block)
            yield serialize_record(source.clips[clip], part, records.parts(clip), audio)


def _put(queue: Queue, item: bytes | BaseException | None, closed: threading.Event):
    while not closed.is_set():
        try:
            return queue.put(item, timeout=_PATIENCE)
        except Full:
            continue
    raise _NotWantedError


def _drain(queue: Queue) -> Iterator[bytes]:
    while (item := queue.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item
