"""Splits of a tfds dataset: those it has, or those made from its only one."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.splits import SPLITS, check_split_by, make_split, make_splits
from keras_wavenet.data.tfds.features import AudioFeatures, find_audio_features
from keras_wavenet.data.tfds.source import EVERYTHING, TfdsSource

# Whole datasets that were read through, the latest ones: training and validation are
# parts of the same.
_readings: dict[tuple, TfdsSource] = {}
_MOST_READINGS = 2


def open_tfds_split(
    builder: Any,
    split: str,
    sample_rate: int,
    split_by: str = "clip",
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> ClipSource:
    """Open a split that a tfds dataset has, or one made from the only one it has.

    A dataset with several splits keeps its own. One with a single split, whatever its
    name, is split by `make_split` where `"train"`, `"validation"` or `"test"` is asked
    for; slices of that split, and `"all"`, are taken as they are.

    Args:
        builder, split, sample_rate, keys, stored_rate: As in `TfdsSource`.
        split_by: What a split that is made holds out: `"clip"` or `"speaker"`.

    Raises:
        ValueError: As in `TfdsSource` and `make_split`.
        ImportError: If soxr is needed but not installed.
    """
    check_split_by(split_by)
    if len(builder.info.splits) != 1 or split not in SPLITS:
        return TfdsSource(builder, split, sample_rate, keys, stored_rate)
    features = find_audio_features(builder.info, keys, stored_rate)
    return make_split(_read_whole(builder, features, sample_rate), split, split_by)


def open_tfds_splits(
    builder: Any,
    sample_rate: int,
    split_by: str = "clip",
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> dict[str, ClipSource]:
    """Open all splits, by name; arguments and errors as in `open_tfds_split`."""
    if len(builder.info.splits) != 1:
        return {
            split: TfdsSource(builder, split, sample_rate, keys, stored_rate)
            for split in builder.info.splits
        }
    check_split_by(split_by)
    features = find_audio_features(builder.info, keys, stored_rate)
    return make_splits(_read_whole(builder, features, sample_rate), split_by)


def _read_whole(builder: Any, features: AudioFeatures, sample_rate: int) -> TfdsSource:
    # A dataset that was prepared anew in the same place is told by its size.
    size = sum(split.num_bytes for split in builder.info.splits.values())
    reading = str(builder.data_dir), size, features, sample_rate
    if reading not in _readings:
        keys = asdict(features)
        stored_rate = keys.pop("sample_rate")
        source = TfdsSource(builder, EVERYTHING, sample_rate, keys, stored_rate)
        while len(_readings) >= _MOST_READINGS:
            del _readings[next(iter(_readings))]
        _readings[reading] = source
    return _readings[reading]
