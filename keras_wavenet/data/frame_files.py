"""Frames of recordings as files, which `local_dir` reads: `CLIP.npy` for each clip.

Axes: F frames, C channels.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.input_file import is_file, open_array, read_json
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.paths import user_path

RECORD = "features.json"  # what the frames of a folder are
_LARGEST_RECORD = 2**20  # bytes

# Errors of one clip, after which the others are still written.
_OF_ONE_CLIP = (ValueError, OSError, RuntimeError)


@dataclass(frozen=True)
class FrameFile:
    """The frames of one clip in a file.

    Attributes:
        clip: The clip.
        path: The file.
        is_new: Whether it was written now; otherwise it was there already.
        error: Why there is no file, or none with these frames; None if there is.
    """

    clip: ClipInfo
    path: Path
    is_new: bool = False
    error: str | None = None


def frame_path(folder: Path, clip_id: str) -> Path:
    """The file with the frames of a clip, below a folder.

    Raises:
        ValueError: If the name of the clip, which comes with the data, leads elsewhere.
    """
    path = Path(os.path.normpath(folder / f"{clip_id}.npy"))
    if not path.is_relative_to(os.path.normpath(folder)):
        raise ValueError(
            f"Expected clips whose frames are in files below {folder}. "
            f"Received: a clip called {clip_id!r}. Rename it."
        )
    return path


def write_frames(
    source: ClipSource,
    features: Any,
    folder: str | os.PathLike,
    *,
    overwrite: bool = False,
    settings: Mapping[str, str | float] | None = None,
) -> Iterator[FrameFile]:
    """Write the frames of each clip of a source: float32 `(F, C)`, by `np.save`.

    Each file appears when it is complete. After a stop, the same call continues: files
    that are there are kept. `features.json` in the folder records what the frames are.

    Args:
        source: Clips at the sample rate of the features.
        features: `keras_wavenet.features.FrameFeatures`.
        folder: Where to; it is made.
        overwrite: Whether files that are there are written again.
        settings: How the clips were processed, by name; recorded with the features, and
            compared at the next call.

    Yields:
        A `FrameFile` for each clip, in their order.

    Raises:
        ValueError: If the folder has frames of other features and `overwrite` is false,
            or the source has another sample rate.
        OSError: If a file can't be written.

    Example:
        >>> source = data.FolderSource("recordings", 16000)
        >>> files = list(write_frames(source, features.get("mel_16k"), "frames"))
    """
    folder = user_path(folder)
    if source.sample_rate != features.sample_rate:
        raise ValueError(
            f"`source` must be at {features.sample_rate} Hz, the rate of the features. "
            f"Received: a source at {source.sample_rate} Hz"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _record(folder, features, settings or {}, overwrite)
    write = partial(_write_clip, source, features, folder, overwrite)
    return map_in_threads(write, range(len(source)), ahead=2)


def check_frames_of(path: Path, features: Any) -> None:
    """Refuse a file of frames that `write_frames` made with other features.

    Args:
        path: The file, in a folder of frames or below it; without a `features.json`
            nothing is known of its frames, and nothing is refused.
        features: The features that are needed.

    Raises:
        ValueError: If the record of the folder has others.
    """
    for folder in path.absolute().parents:
        if is_file(folder / RECORD):
            recorded = read_json(folder / RECORD, _LARGEST_RECORD)
            own = recorded.get("features") if isinstance(recorded, dict) else None
            if own != _as_json(features.get_config()):
                raise ValueError(
                    f"{path} has frames of other features than the model needs, or "
                    f"normalized otherwise: see {folder / RECORD}. Make them with "
                    "`keras-wavenet features --preset`."
                )
            return


def _as_json(value):
    """A value as JSON has it, for a comparison with what was read."""
    return json.loads(json.dumps(value))


def _record(folder, features, settings, overwrite):
    """Write what the frames of a folder are, or compare it with what is there."""
    path = folder / RECORD
    found = _as_json({"features": features.get_config(), **settings})
    if is_file(path) and not overwrite:
        try:
            recorded = read_json(path, _LARGEST_RECORD)
        except ValueError as error:
            raise ValueError(f"{path} is damaged: {error}") from error
        if recorded != found:
            raise ValueError(
                f"{folder} has frames of other features, or of audio that was "
                f"processed otherwise: see {path}. Name another folder, or overwrite "
                "all of them."
            )
        return
    with atomic_file.replacing(path) as file:
        file.write(json.dumps(found, indent=2).encode() + b"\n")


def _write_clip(source, features, folder, overwrite, index) -> FrameFile:
    clip = source.clips[index]
    path = frame_path(folder, clip.clip_id)
    if is_file(path) and not overwrite:
        shape = (features.frame_count(clip.length), features.channels)
        return FrameFile(clip, path, error=_difference(path, shape))
    try:
        frames = features(source[index].waveform)
    except _OF_ONE_CLIP as error:
        return FrameFile(clip, path, error=str(error))
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file.replacing(path) as file:
        np.save(file, np.asarray(frames, "float32"))
    return FrameFile(clip, path, is_new=True)


def _difference(path, shape) -> str | None:
    """What is wrong with a file of frames that is there, or None."""
    try:
        found = open_array(path).shape
    except (OSError, ValueError) as error:
        return f"{path} is there already, and can't be read: {error}"
    if found != shape:
        return (
            f"{path} is there already, with an array of shape {found}; the frames of "
            f"this recording have the shape {shape}"
        )
    return None
