"""What is in one example of a dataset of one's own: samples, their rate and labels.

An example is an array of samples, or has one in a field: of a dict by its name, of a
tuple by its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_wavenet.data.folders.audio_file import decode_audio
from keras_wavenet.data.scan import UnusableAudioError
from keras_wavenet.data.tfds.examples import (
    MOST_CHANNELS,
    find_value,
    to_text,
    to_waveform,
)
from keras_wavenet.data.tfds.features import NAMES, RATES, check_rate

Keys = Mapping[str, str | int | None]

# What an example may have, each under the names that fields have for it.
_FIELDS = {
    **NAMES,
    "audio": (*NAMES["audio"], "waveform", "wav"),
    "split": ("split",),
    "sample_rate": ("sample_rate", "sampling_rate"),
}
_MOST_CODES = 256
_NO_VALUE = object()


@dataclass(frozen=True)
class Example:
    """One example.

    Attributes:
        waveform: float32 array, shape `(T,)`.
        sample_rate: Its rate in Hz; None if nothing states it.
        labels: What is known of it, by the names of a `ClipInfo`.
        channel: The channel that was taken, where the mean of all would cancel.
    """

    waveform: np.ndarray
    sample_rate: int | None
    labels: dict[str, str | None]
    channel: int | None = None


class ExampleReader:
    """Reads the examples of a dataset.

    Args:
        keys: Fields of the examples, for what their usual names do not give; see
            `SourceOptions`.
        stored_rate: Rate of all samples in Hz, in place of what the examples state.
        features: For fields whose numbers stand for words, what describes them: has
            `int2str`, as in tfds and Hugging Face datasets.

    Raises:
        ValueError: If a key is unknown, or the rate out of range.
    """

    def __init__(
        self,
        keys: Keys | None = None,
        stored_rate: int | None = None,
        features: Mapping[str, Any] | None = None,
    ):
        self._keys = dict(keys or {})
        unknown = [key for key in self._keys if key not in _FIELDS]
        if unknown:
            raise ValueError(
                f"`keys` may name the fields for {', '.join(map(repr, _FIELDS))}. "
                f"Received: keys={self._keys!r}"
            )
        self._stored_rate = check_rate(stored_rate)
        self._features = features or {}

    def __call__(self, raw: Any) -> Example:
        """Reads one example.

        Raises:
            UnusableAudioError: If its audio cannot be used; the message is the reason.
            ValueError: If it has no field for the audio, or not one that `keys` names.
        """
        fields = _fields_of(raw)
        samples, rate = read_audio(self._audio(fields, raw))
        stated = self._find("sample_rate", fields)
        rate = self._stored_rate or (rate if stated is _NO_VALUE else stated)
        labels = {
            key: self._text(key, fields)
            for key in _FIELDS
            if key not in ("audio", "sample_rate")
        }
        waveform, channel = to_waveform(samples)
        return Example(waveform, _check_stated(rate), labels, channel)

    def has_audio(self, names: Mapping) -> bool:
        """Whether names of fields, or of columns, have one for the audio."""
        return self._place("audio", names) in names

    def _audio(self, fields, raw):
        stored = self._find("audio", fields)
        if stored is _NO_VALUE:
            raise ValueError(
                f"Expected audio in each example, in a field named one of "
                f"{', '.join(_FIELDS['audio'])}. Received: {type(raw).__name__} with "
                f'{", ".join(map(repr, fields)) or "nothing"}. Give keys={{"audio": '
                "NAME}."
            )
        return stored

    def _place(self, key, fields):
        """The name of a field; None where there is none."""
        if key in self._keys:
            return self._keys[key]
        return next((name for name in _FIELDS[key] if name in fields), None)

    def _find(self, key, fields):
        place = self._place(key, fields)
        if place is None:
            return _NO_VALUE
        try:
            return (
                find_value(fields, place) if isinstance(place, str) else fields[place]
            )
        except (LookupError, TypeError) as error:
            raise ValueError(
                "`keys` must name fields of the examples, which are "
                f"{', '.join(map(repr, fields))}. Received: {key}={place!r}"
            ) from error

    def _text(self, key, fields):
        value = self._find(key, fields)
        if value is _NO_VALUE:
            return None
        return _in_words(value, self._features.get(self._place(key, fields)))


def _fields_of(raw: Any) -> Mapping:
    """The fields of an example: of a tuple by their place; an array is one of audio."""
    if isinstance(raw, Mapping):
        return raw
    if isinstance(raw, tuple):
        return {"audio": raw[0], **dict(enumerate(raw))} if raw else {}
    return {"audio": raw}


def read_audio(stored: Any) -> tuple[Any, int | None]:
    """Samples as they are stored, and their rate where it is stored with them.

    Args:
        stored: Array or tensor, shape `(T,)`, `(T, channels)` or `(1, T)`; the bytes of
            an audio file; the dict or the decoder of Hugging Face's `Audio`.

    Raises:
        UnusableAudioError: If it is none of these; the message is the reason.
    """
    if hasattr(stored, "get_all_samples"):  # of torchcodec, which has channels first
        decoded = stored.get_all_samples()
        return np.asarray(decoded.data).T, decoded.sample_rate
    if isinstance(stored, Mapping):
        found = stored.get("array", stored.get("bytes"))
        samples, rate = read_audio(found)
        return samples, stored.get("sampling_rate", stored.get("sample_rate", rate))
    if isinstance(stored, bytes):
        return decode_audio(stored)
    if hasattr(stored, "detach"):  # a PyTorch tensor, maybe on another device
        stored = stored.detach().cpu()
    try:
        samples = np.asarray(stored)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UnusableAudioError(f"is no array of samples: {error}") from error
    if samples.dtype.kind not in "fiu":
        raise UnusableAudioError(
            f"is {type(stored).__name__} of {samples.dtype}, expected samples"
        )
    if samples.ndim == 2 and len(samples) == 1:
        samples = samples[0]
    if samples.ndim > 1 and samples.shape[1] > MOST_CHANNELS:
        raise UnusableAudioError(
            f"has the shape {samples.shape}, expected (samples,) or (samples, "
            "channels): one clip an example, without `batch`, and channels last"
        )
    _check_integers(samples)
    return samples, None


def _check_integers(samples):
    """Refuse integers that are no PCM of 16 bits, and would be taken for it."""
    if samples.dtype.kind == "f" or not samples.size:
        return
    if samples.dtype.itemsize == 1 or samples.dtype.kind == "u":
        raise UnusableAudioError(
            f"holds {samples.dtype}, expected PCM of 16 bits, or floats in [-1, 1]"
        )
    if samples.min() >= 0 and 0 < samples.max() < _MOST_CODES:
        raise UnusableAudioError(
            f"holds integers from {samples.min()} to {samples.max()}, as mu-law codes "
            "are, expected samples"
        )


def _check_stated(rate):
    if rate is None:
        return None
    try:
        return check_rate(int(rate))
    except (TypeError, ValueError) as error:
        raise UnusableAudioError(
            f"states the rate {rate!r}, expected {RATES[0]} to {RATES[1]} Hz"
        ) from error


def _in_words(value: Any, feature: Any) -> str | None:
    """A label as text; several have ";" between them, as tags have."""
    if hasattr(value, "tolist"):  # an array, or a tensor: of no axis, one value
        value = value.tolist()
    if isinstance(value, list | tuple) and not hasattr(feature, "feature"):
        words = (_in_words(item, feature) for item in value)
        return ";".join(filter(None, words)) or None
    if value is None or value != value:  # NaN is what tables have for nothing
        return None
    return to_text(value, feature)
