"""Frames of recordings as files, which `local_dir` reads: `CLIP.npy` for each clip.

Axes: F frames, C channels.
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.input_file import is_file, open_array, read_json
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.paths import is_of_one_path, user_path

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
    sources: ClipSource | Sequence[ClipSource],
    features: Any,
    folder: str | os.PathLike,
    *,
    overwrite: bool = False,
    settings: Mapping[str, str | float] | None = None,
) -> Iterator[FrameFile]:
    """Write the frames of each clip of sources: float32 `(F, C)`, by `np.save`.

    Each file appears when it is complete. After a stop, the same call continues: files
    that are there are kept. `features.json` in the folder records what the frames are,
    all of them: if it changes, those of the clips that are there are deleted first.

    Args:
        sources: Clips at the sample rate of the features, of one source or of several.
        features: `keras_wavenet.features.FrameFeatures`.
        folder: Where to; it is made.
        overwrite: Whether files that are there are written again.
        settings: How the clips were processed, by name; recorded with the features, and
            compared at the next call.

    Yields:
        A `FrameFile` for each clip, in their order.

    Raises:
        ValueError: If the folder has frames of other or unknown features and
            `overwrite` is false, or has some of other clips; or if a source has another
            sample rate.
        OSError: If a file can't be written.

    Example:
        >>> source = data.FolderSource("recordings", 16000)
        >>> files = list(write_frames(source, features.get("mel_16k"), "frames"))
    """
    folder = user_path(folder)
    sources = [sources] if isinstance(sources, ClipSource) else list(sources)
    for source in sources:
        if source.sample_rate != features.sample_rate:
            raise ValueError(
                f"`sources` must be at {features.sample_rate} Hz, the rate of the "
                f"features. Received: a source at {source.sample_rate} Hz"
            )
    paths = {frame_path(folder, clip.clip_id) for s in sources for clip in s.clips}
    folder.mkdir(parents=True, exist_ok=True)
    found = _as_json({"features": features.get_config(), **(settings or {})})
    _record(folder, found, paths, overwrite)
    write = partial(_write_clip, features, folder, overwrite)
    places = [(source, index) for source in sources for index in range(len(source))]
    return map_in_threads(write, places, ahead=2)


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


def _record(
    folder: Path, found: dict, paths: Collection[Path], overwrite: bool
) -> None:
    """Write what the frames of a folder are, or compare it with what is there.

    Args:
        folder: The folder.
        found: What they are, as plain JSON.
        paths: The files of all clips.
        overwrite: Whether frames of something else are replaced.
    """
    record = folder / RECORD
    if overwrite:
        if _read_record(record, is_replaced=True) == found:
            return
        _check_no_others(folder, paths)
        # First: after a stop, no frames of something else are there.
        for path in filter(is_file, paths):
            path.unlink()
    elif is_file(record):
        if _read_record(record) != found:
            raise ValueError(
                f"{folder} has frames of other features, or of audio that was "
                f"processed otherwise: see {record}. Name another folder, or overwrite "
                "all of them."
            )
        return
    elif there := sorted(filter(is_file, paths)):
        raise ValueError(
            f"{there[0]} is there, and no {RECORD} says what it is. Name another "
            "folder, or overwrite it."
        )
    with atomic_file.replacing(record) as file:
        file.write(json.dumps(found, indent=2).encode() + b"\n")


def _read_record(path, is_replaced=False):
    try:
        return read_json(path, _LARGEST_RECORD) if is_file(path) else None
    except ValueError as error:
        if is_replaced:
            return None
        raise ValueError(f"{path} is damaged: {error}") from error


def _check_no_others(folder, paths):
    """Refuse to call frames of other clips what they are not."""
    if not is_file(folder / RECORD):
        return
    there = {Path(os.path.normpath(path)) for path in folder.rglob("*.npy")}
    if others := sorted(there - set(paths)):
        raise ValueError(
            f"{folder} has frames of other recordings, such as {others[0]}, which "
            f"would no longer be what {folder / RECORD} says. Name another folder, or "
            "delete them."
        )


def _write_clip(features, folder, overwrite, place) -> FrameFile:
    source, index = place
    clip = source.clips[index]
    path = frame_path(folder, clip.clip_id)
    if is_file(path) and not overwrite:
        shape = (features.frame_count(clip.length), features.channels)
        return FrameFile(clip, path, error=_difference(path, shape))
    try:
        frames = features(source[index].waveform)
    except _OF_ONE_CLIP as error:
        return FrameFile(clip, path, error=str(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file.replacing(path) as file:
            np.save(file, np.asarray(frames, "float32"))
    except OSError as error:
        if not is_of_one_path(error):
            raise
        return FrameFile(clip, path, error=f"its frames can't be written: {error}")
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
