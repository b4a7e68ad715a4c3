"""What a record holds: one part of a clip, with the labels of the clip."""

import functools
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo
from keras_wavenet.utils.extras import import_extra


@functools.cache
def record_features() -> Any:
    """The features of a record, as tfds describes them.

    Audio is stored as int16 bytes, which tfds reads without TensorFlow. Labels that are
    not known are empty texts.
    """
    kinds = _tfds().features
    return kinds.FeaturesDict(
        {
            "audio": kinds.Tensor(shape=(None,), dtype=np.int16, encoding="bytes"),
            "id": kinds.Text(),
            "part": kinds.Scalar(np.int64),  # from 0 on
            "parts": kinds.Scalar(np.int64),
            "speaker": kinds.Text(),
            "label": kinds.Text(),
            "transcript": kinds.Text(),
        }
    )


def serialize_record(info: ClipInfo, part: int, parts: int, audio: np.ndarray) -> bytes:
    """Write a record: the same bytes for the same content, in every process.

    Args:
        info: The clip.
        part: Number of the part in its clip.
        parts: How many parts the clip has.
        audio: int16 array, shape `(T,)`.
    """
    example = {"audio": audio, "part": part, "parts": parts, **record_labels(info)}
    message = _serializer().get_tf_example(record_features().encode_example(example))
    # Features are a map, whose order protobuf else draws anew in each process.
    return message.SerializeToString(deterministic=True)


def deserialize_record(record: bytes) -> dict[str, Any]:
    """Read a record; texts come as bytes, as tfds gives them."""
    return record_features().deserialize_example_np(record)


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


@functools.cache
def _serializer() -> Any:
    serializer = _tfds().core.example_serializer
    return serializer.ExampleSerializer(record_features().get_serialized_info())


def _tfds() -> Any:
    return import_extra("tensorflow_datasets", "A prepared dataset")
