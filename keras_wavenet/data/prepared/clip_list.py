"""The list of a split's clips: a line of JSON each, read without reading audio."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipInfo
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.utils.input_file import open_file, parse_json

RATES = (1_000, 768_000)  # Hz: of all audio that is accepted
_LABELS = ("speaker", "label", "transcript")
_LONGEST_LINE = 2**20
_LONGEST_CLIP = 2**40  # samples: two years at 16 kHz
_MOST = 2.0**100  # of a peak or an energy; excludes NaN and infinity, too


def serialize_clips(clips: Iterable[ClipInfo]) -> Iterator[bytes]:
    """Yields the lines of the list, each with its line end."""
    for clip in clips:
        loudness = clip.loudness
        entry = {
            "id": clip.clip_id,
            "length": int(clip.length),
            "recorded_rate": int(clip.recorded_rate),
            "loudness": [
                int(loudness.samples),
                _round(loudness.peak),
                _round(loudness.energy),
                int(loudness.clipped),
                int(loudness.quiet),
            ],
        }
        for label in _LABELS:
            if getattr(clip, label) is not None:
                entry[label] = getattr(clip, label)
        line = json.dumps(entry, ensure_ascii=False)
        # File names that are not Unicode are restored unchanged.
        yield line.encode("utf-8", "surrogatepass") + b"\n"


def hash_clips(clips: Iterable[ClipInfo]) -> str:
    """Returns the SHA-256 of the list, as hexadecimal digits."""
    digest = hashlib.sha256()
    for line in serialize_clips(clips):
        digest.update(line)
    return digest.hexdigest()


def read_clips(path: Path, count: int, sha256: str) -> list[ClipInfo]:
    """Reads a list and checks it.

    Args:
        path: The file.
        count: Number of its clips.
        sha256: SHA-256 of the file.

    Raises:
        DamagedError: If it is not the list that was written.
    """
    digest, clips = hashlib.sha256(), []
    try:
        with open_file(path) as file:
            while line := file.readline(_LONGEST_LINE):
                digest.update(line)
                clips.append(_parse(parse_json(line)))
                if len(clips) > count:
                    break
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(path, f"{type(error).__name__}: {error}") from error
    if len(clips) != count or digest.hexdigest() != sha256:
        raise DamagedError(path, "other clips than those that were prepared")
    return clips


def _parse(entry: Any) -> ClipInfo:
    length, rate = entry["length"], entry["recorded_rate"]
    # "levels" is the name in folders of earlier versions.
    loudness = entry["loudness" if "loudness" in entry else "levels"]
    labels = {label: entry[label] for label in _LABELS if label in entry}
    if not (
        all(isinstance(text, str) for text in (entry["id"], *labels.values()))
        and all(type(number) is int for number in (length, rate))
        and 0 < length < _LONGEST_CLIP
        and RATES[0] <= rate <= RATES[1]
        and _is_loudness(*loudness)
    ):
        raise ValueError(f"not a clip: {entry!r:.200}")
    samples, peak, energy, clipped, quiet = loudness
    measured = Loudness(samples, float(peak), float(energy), clipped, quiet)
    return ClipInfo(entry["id"], length, rate, measured, **labels)


def _is_loudness(samples, peak, energy, clipped, quiet) -> bool:
    counts, values = (samples, clipped, quiet), (peak, energy)
    return (
        all(type(count) is int for count in counts)
        and all(type(value) in (int, float) for value in values)
        and all(0 <= value < _MOST for value in values)
        and max(clipped, quiet) <= samples < _LONGEST_CLIP
        and min(counts) >= 0
        and (samples > 0 or energy == 0)  # a source need not measure
    )


def _round(value: float) -> float:
    """Rounds to six digits: sums may end differently on another machine."""
    return float(f"{value:.6g}")
