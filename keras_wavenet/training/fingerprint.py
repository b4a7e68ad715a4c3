"""What identifies the data of a run: names, lengths, conditions and what was measured.

Names and lengths are the same after all recordings were replaced. The audio is compared
by what the scan has measured, as numbers and not as a digest: decoders and processors
differ in last bits, and such a difference makes no other recordings.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.windows.dataset import WindowDataset

# The share of a number that may differ by rounding; a frame of silence is less sure.
TOLERANCES = {"energy": 1e-6, "peak": 1e-4, "quiet": 1e-2}
_GOLDEN = (5**0.5 - 1) / 2


def fingerprint(*datasets: WindowDataset | None) -> dict[str, Any]:
    """The clips of a run, in their order.

    Args:
        *datasets: None for a dataset that the run does not have.

    Returns:
        What JSON can hold: `"clips"`, how many there are in each dataset; digests of
        their names and lengths and, where the model is conditioned on them, of their
        speakers and tags and of their frames in files; and `"audio"`, for each dataset
        the measurements in `TOLERANCES`, summed over the clips with weights that
        depend on the place of a clip, so that clips that were swapped are noticed.
    """
    names, conditions, frames, counts = [], [], [], []
    audio = {name: [] for name in TOLERANCES}
    for dataset in datasets:
        source = None if dataset is None else dataset.source
        counts.append(0 if source is None else len(source))
        names.append([] if source is None else _names_and_lengths(source))
        for name, sums in audio.items():
            values = () if source is None else source.column(f"loudness.{name}")
            sums.append(_weighted_sum(values))
        if dataset is not None:
            conditions += _conditions(dataset)
            frames.append(dataset.frames_checksum())
    found = {"clips": counts, "names_and_lengths": _digest(*names), "audio": audio}
    if conditions:
        found["speakers_and_tags"] = _digest(conditions)
    if any(checksum is not None for checksum in frames):
        found["frames"] = _digest(frames)
    return found


def same_measurement(name: str, was: Any, now: Any) -> bool:
    """Whether two entries of `"audio"` can be those of the same recordings."""
    try:
        return np.allclose(was, now, rtol=TOLERANCES[name], atol=0)
    except (TypeError, ValueError):  # of another form: of another version
        return True


def _names_and_lengths(source: ClipSource) -> list[str]:
    columns = source.column("length"), source.column("clip_id")
    return [f"{length} {name}" for length, name in zip(*columns, strict=True)]


def _conditions(dataset: WindowDataset) -> list[list[str | None]]:
    """Speakers and tags of the clips, as far as the model is conditioned on them."""
    columns = {"speaker": "speaker", "tags": "label"}
    used = [columns[name] for name in dataset.spec.conditions if name in columns]
    return [dataset.source.column(name) for name in used]


def _weighted_sum(values: Sequence[float] | np.ndarray) -> float:
    values = np.asarray(values, "float64")
    weights = np.arange(1, len(values) + 1) * _GOLDEN % 1 + 0.5
    return float(values @ weights)


def _digest(*rows: list) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row).encode())
    return digest.hexdigest()
