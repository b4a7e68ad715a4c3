"""What is in one example of a tfds dataset: samples, and labels in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo
from keras_wavenet.data.folders.audio_file import decode_audio
from keras_wavenet.data.loudness import measure_loudness
from keras_wavenet.data.mono import mix
from keras_wavenet.data.resampling import resampled_length
from keras_wavenet.data.scan import (
    SILENCE_PEAK,
    SILENT,
    UnusableAudioError,
    check_loudness,
)
from keras_wavenet.utils.pcm import FULL_SCALE, from_pcm

MOST_CHANNELS = 64  # more are samples that stand the wrong way round


def find_value(example: Mapping[str, Any], path: str) -> Any:
    """The value of a feature that is named by its path."""
    if path in example:
        return example[path]
    outer, _, rest = path.partition("/")
    return find_value(example[outer], rest)


def to_waveform(stored: Any) -> tuple[np.ndarray, int | None]:
    """Turn stored samples into a mono waveform.

    Args:
        stored: Array, shape `(T,)` or `(T, channels)`. Integers hold 16-bit PCM
            whatever their dtype, as tfds stores it; floats are taken as they are. Or
            the bytes of an audio file, as datasets have it that decode lazily.

    Returns:
        float32 array, shape `(T,)`; and the channel that was taken, where the mean of
        all would cancel, or None.

    Raises:
        UnusableAudioError: If it is empty, not shaped like audio, not finite, far
            beyond full scale or PCM of more bits; the message is the reason.
    """
    if isinstance(stored, bytes):
        stored, _ = decode_audio(stored)
    samples = np.asarray(stored)
    if (
        samples.ndim not in (1, 2)
        or samples.ndim == 2
        and not (1 <= samples.shape[1] <= MOST_CHANNELS)
    ):
        raise UnusableAudioError(
            f"has the shape {samples.shape}, expected (samples,) or (samples, channels)"
        )
    if not len(samples):
        raise UnusableAudioError("holds no samples")
    integers = np.issubdtype(samples.dtype, np.integer)
    waveform = from_pcm(samples) if integers else samples.astype("float32")
    loudest = float(np.abs(waveform).max())
    if integers and loudest > 1:
        raise UnusableAudioError(
            f"holds integers up to {FULL_SCALE * loudest:.0f}, expected PCM of 16 bits"
        )
    check_loudness(loudest)
    return (waveform, None) if waveform.ndim == 1 else mix(waveform)


def describe_clip(
    name: str, waveform: np.ndarray, rate: int, sample_rate: int, **labels: str | None
) -> ClipInfo:
    """Describes the clip that a waveform becomes.

    Args:
        name: Name of the clip.
        waveform: float32 array, shape `(T,)`.
        rate: Its rate, in Hz.
        sample_rate: The rate of the source, in Hz.
        **labels: What else is known of it, see `ClipInfo`.

    Raises:
        UnusableAudioError: If it is silent, or too short.
    """
    length = resampled_length(len(waveform), rate, sample_rate)
    if not length:
        raise UnusableAudioError(f"shorter than one sample at {sample_rate} Hz")
    loudness = measure_loudness(waveform)
    if loudness.peak < SILENCE_PEAK:
        raise UnusableAudioError(SILENT)
    return ClipInfo(name, length, rate, loudness, **labels)


def name_apart(clips: Sequence[ClipInfo]) -> list[ClipInfo]:
    """Numbers the clips that share a name, such as that of the film they are from."""
    seen, named = Counter(), []
    for clip in clips:
        seen[clip.clip_id] += 1
        if seen[clip.clip_id] > 1:
            clip = replace(clip, clip_id=f"{clip.clip_id}#{seen[clip.clip_id]}")
        named.append(clip)
    return named


def to_text(value: Any, feature: Any) -> str | None:
    """A label in words, whether it is stored as text, number or class.

    Args:
        value: What the example has for it.
        feature: The tfds feature that describes it.

    Returns:
        The words, joined by spaces for a sequence of labels; None where there are
        none, or the class is marked as unknown.
    """
    if hasattr(feature, "feature"):  # a sequence
        words = [to_text(item, feature.feature) for item in value]
        return " ".join(word for word in words if word) or None
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace") or None
    if hasattr(feature, "int2str"):
        known = 0 <= int(value) < feature.num_classes
        return feature.int2str(int(value)) if known else None
    return str(value) or None
