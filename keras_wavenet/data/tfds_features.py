"""Which features of a tfds dataset hold the audio, its rate and its labels."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_AUDIO_NAMES = ("audio", "speech", "voice")
_ID_NAMES = ("id", "clip_id")
_SPEAKER_NAMES = ("speaker", "speaker_id")
_TRANSCRIPT_NAMES = ("transcript", "text", "text_normalized")


@dataclass(frozen=True)
class AudioFeatures:
    """The names of the features that matter here; None where there is none.

    Attributes:
        audio: Name of the audio feature.
        sample_rate: The rate its samples were stored at, in Hz.
        clip_id, speaker, transcript: Names of the labels.
    """

    audio: str
    sample_rate: int
    clip_id: str | None = None
    speaker: str | None = None
    transcript: str | None = None


def find_audio_features(info: Any) -> AudioFeatures:
    """Find the audio and its labels among the features of a dataset.

    Args:
        info: The `tfds.core.DatasetInfo` of the dataset.

    Returns:
        The names found.

    Raises:
        ValueError: If the dataset has no audio, or does not state its sample rate.
    """
    features = info.features
    names = [
        name for name in _AUDIO_NAMES if name in features and _is_audio(features[name])
    ]
    if not names:
        raise ValueError(
            f"Expected a dataset with audio, as a feature named one of "
            f"{', '.join(_AUDIO_NAMES)}. "
            f"Received: {info.name} with the features {', '.join(features)}. "
            "Choose an audio dataset of the tfds catalogue."
        )
    rate = getattr(features[names[0]], "sample_rate", None)
    rate = rate or (info.metadata or {}).get("sample_rate")
    if not rate:
        raise ValueError(
            f"Expected a dataset that states its sample rate. Received: {info.name}, "
            "which does not. Export its clips as files, and load the folder."
        )
    return AudioFeatures(
        names[0],
        int(rate),
        _first_present(_ID_NAMES, features),
        _first_present(_SPEAKER_NAMES, features),
        _first_present(_TRANSCRIPT_NAMES, features),
    )


def to_waveform(samples: np.ndarray) -> np.ndarray:
    """Turn stored samples into a mono waveform.

    Args:
        samples: Array, shape `(T,)` or `(T, channels)`. Integers hold 16-bit PCM
            whatever their dtype, as tfds stores it; floats are taken as they are.

    Returns:
        float32 array, shape `(T,)`.
    """
    scale = 2**15 if np.issubdtype(samples.dtype, np.integer) else 1
    waveform = samples.astype("float32") / scale
    return waveform if waveform.ndim == 1 else waveform.mean(axis=1)


def _is_audio(feature: Any) -> bool:
    """Numbers along a time axis: tfds' own `Audio` feature, or a plain tensor."""
    shape = feature.shape
    if not isinstance(shape, tuple) or len(shape) not in (1, 2):
        return False
    return np.issubdtype(feature.np_dtype, np.number)


def _first_present(names: tuple[str, ...], features: Any) -> str | None:
    return next((name for name in names if name in features), None)
