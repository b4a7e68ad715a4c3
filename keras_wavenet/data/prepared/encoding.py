"""Parts of clips as records: read, resampled, rounded and serialised by threads."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.pcm import to_pcm
from keras_wavenet.data.prepared.record_format import record_features, serialize_record
from keras_wavenet.data.prepared.records import Records

# libsndfile, soxr and the writer leave Python's lock alone for most of their time.
_THREADS = min(4, os.cpu_count() or 1)
_AHEAD = 2 * _THREADS  # records in memory: bounded, however long a clip is


def encode_records(
    source: ClipSource, records: Records, numbers: range
) -> Iterator[bytes]:
    """Some records of a source, in order.

    Args:
        source: The clips.
        records: Their records.
        numbers: Which of them.
    """
    record_features()  # imported here, not by all threads at once
    waiting: deque = deque()
    pool = ThreadPoolExecutor(_THREADS)
    try:
        for number in numbers:
            waiting.append(pool.submit(_encode, source, records, number))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _encode(source: ClipSource, records: Records, number: int) -> bytes:
    clip, part = records.locate(number)
    audio = to_pcm(source.read_once(clip, *records.stretch(clip, part)))
    return serialize_record(source.clips[clip], part, records.parts(clip), audio)
