"""Which features of a tfds dataset hold the audio, its rate and its labels.

A feature is named by its path: `"label"`, or `"instrument/label"` inside a dict of
features.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

# What a `ClipInfo` may hold, each under the names that the datasets of the tfds
# catalogue have for it; the first one that is there is taken.
NAMES = {
    "audio": ("audio", "speech", "voice", "mixture_audio"),
    "clip_id": ("id", "clip_id", "utterance_id", "filename", "path", "youtube_id"),
    "speaker": ("speaker", "speaker_id", "client_id", "drummer"),
    "label": ("label", "class", "emotion", "genre", "style/primary"),
    "transcript": (
        "transcript", "transcription", "text_normalized", "text", "sentence",
    ),
}  # fmt: skip
KEYS = tuple(NAMES)
# Where the names of features mislead: the classes of voxceleb are its speakers.
_EXCEPTIONS = {"voxceleb": {"speaker": "label"}}
RATES = (1_000, 768_000)  # Hz


class NoAudioError(ValueError):
    """The dataset holds something else than audio."""


@dataclass(frozen=True)
class AudioFeatures:
    """The names of the features that matter here; None where there is none.

    Attributes:
        audio: Name of the audio feature.
        sample_rate: The rate its samples were stored at, in Hz.
        clip_id, speaker, label, transcript: Names of what a `ClipInfo` holds.
    """

    audio: str
    sample_rate: int
    clip_id: str | None = None
    speaker: str | None = None
    label: str | None = None
    transcript: str | None = None


def find_audio_features(
    info: Any,
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> AudioFeatures:
    """Find the audio and its labels among the features of a dataset.

    The audio is what has tfds' own `Audio` type, or a tensor with a time axis and one
    of the usual names. Labels are found by their names and by the dataset's
    `supervised_keys`.

    Args:
        info: The `tfds.core.DatasetInfo` of the dataset.
        keys: Names of features, for what is found wrongly or not at all: any of
            `"audio"`, `"clip_id"`, `"speaker"`, `"label"` and `"transcript"`, and None
            for what is to be left out.
        stored_rate: The rate of the stored samples in Hz, in place of the one that the
            dataset states.

    Returns:
        The names found.

    Raises:
        ValueError: If the dataset has no audio, more than one that could be meant, or
            does not state its sample rate; or if `keys` or `stored_rate` don't fit it.
    """
    features = dict(flatten_features(info.features))
    given = {**_EXCEPTIONS.get(info.name, {}), **_check_keys(keys, features, info)}
    audio = given.pop("audio", None) or _find_audio(features, info)
    partner = _supervised_partner(info, audio)
    found = {
        "clip_id": _find("clip_id", features, _is_name),
        "speaker": _find("speaker", features, _is_name),
        "label": _find("label", features, _is_label),
        "transcript": _find("transcript", features, _is_text),
    }
    if partner in features and _is_text(features[partner]):
        found["transcript"] = partner
    elif partner in features and _is_label(features[partner]):
        found["label"] = partner
    rate = check_rate(stored_rate) or _stated_rate(features[audio], info)
    return AudioFeatures(audio, rate, **{**found, **given})


def flatten_features(features: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Pairs of path and feature, for all features that are not dicts of others.

    What is in a sequence, such as the sources of a mixture, has no path.
    """
    import tensorflow_datasets as tfds

    for name, feature in features.items():
        if isinstance(feature, tfds.features.FeaturesDict):
            yield from flatten_features(feature, f"{path}{name}/")
        else:
            yield path + name, feature


def dataset_name(info: Any) -> str:
    """The name of a dataset with its config, such as `"vctk/mic1"`."""
    return f"{info.name}/{info.config_name}" if info.config_name else info.name


def _check_keys(keys, features, info) -> dict[str, str | None]:
    keys = dict(keys or {})
    for key, name in keys.items():
        if key not in KEYS:
            raise ValueError(
                f"`keys` may name the features for {', '.join(map(repr, KEYS))}. "
                f"Received: keys={keys!r}"
            )
        if name is not None and name not in features:
            raise ValueError(
                f"`keys` must name features of {dataset_name(info)}, which are "
                f"{', '.join(map(repr, features))}. Received: {key}={name!r}"
            )
    audio = keys.get("audio")
    if "audio" in keys and (audio is None or not _is_numbers_in_time(features[audio])):
        raise ValueError(
            "`keys` must name a feature with a time axis as the audio, of integers or "
            f"floats. Received: audio={audio!r}, {features.get(audio)}"
        )
    return keys


def _find_audio(features, info) -> str:
    import tensorflow_datasets as tfds

    of_type = [
        name
        for name, feature in features.items()
        if isinstance(feature, tfds.features.Audio)
    ]
    named = _find("audio", features, _is_numbers_in_time)
    if named and (named in of_type or not of_type):
        return named
    if len(of_type) == 1:
        return of_type[0]
    if of_type:
        raise ValueError(
            "Expected a dataset with one audio feature, or `keys` that name it. "
            f"Received: {dataset_name(info)} with {', '.join(map(repr, of_type))}. "
            f'Load it with keys={{"audio": "{of_type[0]}"}}, for example.'
        )
    raise NoAudioError(
        "Expected a dataset with audio: a feature of the type `Audio`, or numbers with "
        f"a time axis in a feature named one of {', '.join(NAMES['audio'])}. "
        f"Received: {dataset_name(info)} with the features {', '.join(features)}. "
        "Choose an audio dataset of the tfds catalogue."
    )


def _find(key: str, features, fits: Callable[[Any], bool]) -> str | None:
    """The first usual name that a feature has, as its path or at the path's end."""
    fitting = [name for name, feature in features.items() if fits(feature)]
    for usual in NAMES[key]:
        if usual in fitting:
            return usual
        for name in fitting:
            if name.endswith(f"/{usual}"):
                return name
    return None


def _supervised_partner(info, audio: str) -> str | None:
    """The other one of the dataset's supervised keys: a text or a class."""
    pair = info.supervised_keys
    if not isinstance(pair, tuple) or len(pair) != 2 or audio not in pair:
        return None
    partner = pair[1] if pair[0] == audio else pair[0]
    return partner if isinstance(partner, str) else None


def check_rate(stored_rate: int | None) -> int | None:
    """Checks the rate of stored samples, in Hz, where one is given.

    Raises:
        ValueError: If it is no integer, or out of range.
    """
    low, high = RATES
    if stored_rate is None:
        return None
    if not isinstance(stored_rate, Integral) or not low <= stored_rate <= high:
        raise ValueError(
            f"`stored_rate` must be an integer from {low} to {high} Hz. "
            f"Received: stored_rate={stored_rate!r}"
        )
    return int(stored_rate)


def _stated_rate(audio, info) -> int:
    rate = getattr(audio, "sample_rate", None)
    rate = rate or (info.metadata or {}).get("sample_rate")
    if not rate:
        raise ValueError(
            "Expected a dataset that states its sample rate. "
            f"Received: {dataset_name(info)}, which does not. "
            "Find out its rate, and load it with stored_rate=... in Hz."
        )
    return int(rate)


def _is_numbers_in_time(feature) -> bool:
    """Numbers along a time axis, or those for each of several channels."""
    shape = feature.shape
    if not isinstance(shape, tuple) or len(shape) not in (1, 2):
        return False
    if hasattr(feature, "feature"):  # a sequence of classes, not of samples
        return False
    kinds = (np.integer, np.floating)
    return any(np.issubdtype(feature.np_dtype, kind) for kind in kinds)


def _is_name(feature) -> bool:
    """One string, class or number that identifies a clip or a speaker."""
    if feature.shape != ():
        return False
    return _is_text(feature) or np.issubdtype(feature.np_dtype, np.integer)


def _is_text(feature) -> bool:
    return feature.shape == () and feature.np_dtype in (np.object_, np.str_, np.bytes_)


def _is_label(feature) -> bool:
    """A name, or a sequence of names."""
    return _is_name(getattr(feature, "feature", feature))
