"""Which inputs the windows of a dataset hold besides audio: what a model needs."""

import os
from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.clip_conditions import SpeakerIndex, TagVector
from keras_wavenet.data.windows.local_frames import (
    FrameFolder,
    FrameReader,
    LocalFrames,
    frames_of_audio,
)
from keras_wavenet.data.windows.window_input import ContextValid, WindowInput


def make_inputs(
    source: ClipSource,
    spec: DataSpec,
    window_length: int,
    frame_folder: FrameFolder | None = None,
) -> tuple[WindowInput, ...]:
    """Makes the inputs that a spec names.

    Args:
        source: The clips.
        spec: What the model needs; see `check_conditions`.
        window_length: Samples scored by a window.
        frame_folder: The files of local frames; None where `spec.features` makes them.

    Raises:
        ValueError: If a clip lacks what the model needs.
    """
    inputs = []
    if "speaker" in spec.conditions:
        inputs.append(SpeakerIndex(source, spec.speakers))
    if "tags" in spec.conditions:
        inputs.append(TagVector(source, spec.tags))
    if "local" in spec.conditions:
        read_frames = _frame_reader(source, spec, frame_folder)
        inputs.append(LocalFrames(source, spec, window_length, read_frames))
    if spec.needs_context_valid:
        inputs.append(ContextValid(spec.context_length))
    return tuple(inputs)


def _frame_reader(source, spec, frame_folder) -> FrameReader:
    if frame_folder is None:
        return frames_of_audio(source, spec.features)
    frame_folder.check(source.clips, source.report.origin)
    return lambda clip, first, stop: frame_folder.read(source.clips[clip], first, stop)


def check_conditions(spec: DataSpec, local_dir: str | os.PathLike | None) -> None:
    """Checks that a dataset can give what a model needs, before any data is opened.

    Args:
        spec: What the model needs.
        local_dir: Folder of files of local frames, or None.

    Raises:
        ValueError: If it can't, saying what to do.
    """
    if "global" in spec.conditions:
        raise ValueError(
            'Expected conditions that a dataset has: "speaker", "tags" or "local". '
            f"Received: conditions={spec.conditions}. Vectors for the condition "
            '"global" are yours: add them to the batches, as x["global"], and call '
            "`fit` with those."
        )
    _check_named("speaker", spec, speakers=spec.speakers)
    _check_named("tags", spec, tags=spec.tags)
    if "local" not in spec.conditions:
        if local_dir is not None:
            raise ValueError(
                "`local_dir` is for a model that is given frames, by its arguments "
                "`local_channels` and `hop`. Received: a model with "
                f"conditions={spec.conditions}, local_dir={os.fspath(local_dir)!r}"
            )
    elif local_dir is None and spec.features is None:
        raise ValueError(
            'Expected something that gives frames for the condition "local". '
            "Received: a model without `features`, and local_dir=None. Name a folder "
            "with a file <clip_id>.npy for each clip as `local_dir`."
        )
    elif local_dir is not None and not Path(local_dir).expanduser().is_dir():
        raise ValueError(
            "`local_dir` must be a folder with a file <clip_id>.npy for each clip. "
            f"Received: local_dir={os.fspath(local_dir)!r}, which is no folder"
        )


def _check_named(condition: str, spec: DataSpec, **fields: tuple[str, ...] | int):
    for field, names in fields.items():
        if condition in spec.conditions and isinstance(names, int):
            raise ValueError(
                f'Expected names for the condition "{condition}", to find those of a '
                f"clip among them. Received: {field}={names}, a count. Give the model "
                f"`{field}=[...]`, the names in the order of their index."
            )
