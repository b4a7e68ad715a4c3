"""The list of a split's clips: a line of JSON each, read without reading audio."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from keras_wavenet.data.clip_info import ClipInfo
from keras_wavenet.data.clip_table import ClipTable
from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import open_file

RATES = (1_000, 768_000)  # Hz: of all audio that is accepted
_LABELS = ("speaker", "label", "transcript")
_LOUDNESS_NAMES = ("loudness", "levels")  # the latter in folders of earlier versions
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


def read_clips(path: Path, count: int, sha256: str) -> ClipTable:
    """Reads a list and checks it.

    Args:
        path: The file.
        count: Number of its clips.
        sha256: SHA-256 of the file.

    Raises:
        DamagedError: If it is not the list that was written.
        ImportError: If Arrow is missing; names the extra to install.
    """
    try:
        with open_file(path) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise ValueError("other clips than those that were prepared")
            file.seek(0)
            table = _read_table(file)
        if len(table) != count:
            raise ValueError(f"{len(table)} clips, and not {count}")
        clips = ClipTable({**_texts_of(table), **_numbers_of(table)})
        _check_clips(clips)
    except (OSError, ValueError) as error:
        raise DamagedError(path, f"{type(error).__name__}: {error}") from error
    return clips


def _read_table(file: BinaryIO) -> Any:
    """The columns of a list, as an Arrow table."""
    import_extra("pyarrow", "A prepared dataset")
    import pyarrow as arrow
    from pyarrow import json as arrow_json

    numbers, text = arrow.list_(arrow.float64()), arrow.binary()
    schema = {"id": text, "length": arrow.int64(), "recorded_rate": arrow.int64()}
    schema |= dict.fromkeys(_LOUDNESS_NAMES, numbers) | dict.fromkeys(_LABELS, text)
    parsing = arrow_json.ParseOptions(
        explicit_schema=arrow.schema(schema), unexpected_field_behavior="ignore"
    )
    # A line is at most as long as a block.
    reading = arrow_json.ReadOptions(block_size=_LONGEST_LINE)
    try:
        return arrow_json.read_json(file, reading, parsing)
    except ValueError as error:  # of Arrow
        raise ValueError(f"not a clip: {error}") from error


def _texts_of(table: Any) -> dict[str, Any]:
    """Names and labels as Arrow arrays; those that no clip has are left out."""
    if table["id"].null_count:
        raise ValueError("not a clip: one without a name")
    labels = {name: table[name] for name in _LABELS}
    return {
        "clip_id": table["id"],
        **{name: c for name, c in labels.items() if c.null_count < len(c)},
    }


def _numbers_of(table: Any) -> dict[str, np.ndarray]:
    """Length, rate and loudness as NumPy arrays."""
    name = min(_LOUDNESS_NAMES, key=lambda name: table[name].null_count)
    columns = table["length"], table["recorded_rate"], table[name]
    rows = table[name].combine_chunks()
    ends = rows.offsets.to_numpy()
    if any(column.null_count for column in columns) or (np.diff(ends) != 5).any():
        raise ValueError("not a clip: one without length, rate or loudness")
    measured = rows.flatten().to_numpy(zero_copy_only=False).reshape(-1, 5).T
    if not (abs(measured) < _MOST).all():  # nor NaN
        raise ValueError("not a clip: a loudness beyond all numbers")
    samples, peak, energy, clipped, quiet = measured
    counts = {"samples": samples, "clipped": clipped, "quiet": quiet}
    if any((count != np.floor(count)).any() for count in counts.values()):
        raise ValueError("not a clip: a fraction of a sample")
    counts = {name: count.astype("int64") for name, count in counts.items()}
    loudness = {**counts, "peak": peak.copy(), "energy": energy.copy()}
    return {
        "length": table["length"].to_numpy(),
        "recorded_rate": table["recorded_rate"].to_numpy(),
        **{f"loudness.{name}": values for name, values in loudness.items()},
    }


def _check_clips(clips: ClipTable) -> None:
    """Refuses numbers that no clip has."""
    length, rate = clips.column("length"), clips.column("recorded_rate")
    samples, peak, energy, clipped, quiet = (
        clips.column(f"loudness.{name}")
        for name in ("samples", "peak", "energy", "clipped", "quiet")
    )
    possible = (
        (length > 0)
        & (length < _LONGEST_CLIP)
        & (rate >= RATES[0])
        & (rate <= RATES[1])
        & (np.minimum(peak, energy) >= 0)
        & (np.minimum(clipped, quiet) >= 0)
        & (np.maximum(clipped, quiet) <= samples)
        & (samples < _LONGEST_CLIP)
        & ((samples > 0) | (energy == 0))  # a source need not measure
    )
    if not possible.all():
        raise ValueError(f"not a clip: {clips[int(possible.argmin())]!r:.200}")


def _round(value: float) -> float:
    """Rounds to six digits: sums may end differently on another machine."""
    return float(f"{value:.6g}")
