"""Parts of clips as records: read, resampled, rounded and serialised by threads."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.prepared.layout import record_features
from keras_wavenet.data.prepared.pcm import to_pcm
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
    samples = to_pcm(source.read_once(clip, *records.stretch(clip, part)))
    info = source.clips[clip]
    example = {
        "audio": samples,
        "part": part,
        "parts": records.parts(clip),
        **record_labels(info),
    }
    return record_features().serialize_example(example)


def record_labels(info: ClipInfo) -> dict[str, str]:
    """The labels of a clip as its records carry them."""
    labels = {
        "id": info.clip_id,
        "speaker": info.speaker,
        "label": info.label,
        "transcript": info.transcript,
    }
    return {name: _as_unicode(text or "") for name, text in labels.items()}


def _as_unicode(text: str) -> str:
    """A text that can be stored, also where a file name was no Unicode."""
    return text.encode("utf-8", "replace").decode()
