"""Inputs of windows besides audio: speaker, tags, frames and the valid context."""

import os
from collections.abc import Collection, Sequence

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.local_frames import (
    FrameFolder,
    FrameReader,
    frames_of_audio,
    local_frames,
)
from keras_wavenet.data.windows.windows import ArraySpec, WindowInput
from keras_wavenet.utils.paths import user_path

_NAMES_SHOWN = 10


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
        inputs.append(speaker_index(source, spec.speakers))
    if "tags" in spec.conditions:
        inputs.append(tag_vector(source, spec.tags))
    if "local" in spec.conditions:
        read_frames = _frame_reader(source, spec, frame_folder)
        inputs.append(local_frames(source, spec, window_length, read_frames))
    if spec.needs_context_valid:
        inputs.append(context_valid(spec.context_length))
    return tuple(inputs)


def speaker_index(source: ClipSource, names: Sequence[str]) -> WindowInput:
    """Makes `"speaker"`, an int32: the index of the clip's speaker.

    Args:
        source: The clips.
        names: The speakers of the model, in the order of their index.

    Raises:
        ValueError: If a clip has no speaker, or none of these.
    """
    places = {name: place for place, name in enumerate(names)}
    _check_speakers(source, places)
    indices = np.array([places[name] for name in source.column("speaker")], "int32")
    specs = {"speaker": ArraySpec((), "int32")}
    return WindowInput(specs, lambda clip, start: {"speaker": indices[clip]})


def tag_vector(source: ClipSource, names: Sequence[str]) -> WindowInput:
    """Makes `"tags"`, float32 of shape `(tags,)`: 1 for each tag of the clip, or 0.

    Args:
        source: The clips.
        names: The tags of the model, in the order of their index.

    Raises:
        ValueError: If a clip has another tag.
    """
    places = {name: place for place, name in enumerate(names)}
    _check_tags(source, places)

    def read(clip, start):
        vector = np.zeros(len(places), "float32")
        vector[[places[tag] for tag in source.clips[clip].tags]] = 1
        return {"tags": vector}

    return WindowInput({"tags": ArraySpec((len(places),))}, read)


def context_valid(context_length: int) -> WindowInput:
    """Makes `"context_valid"`, an int32: how many samples of context are the clip's.

    The zero sample before a clip, from which its first one is predicted, counts among
    them. A negative number is that of positions of the waveform before that sample.

    Args:
        context_length: Samples of context, n, the most that can be valid, and the value
            for places of a batch without a window.
    """
    specs = {"context_valid": ArraySpec((), "int32", fill=context_length)}

    def read(clip, start):
        return {"context_valid": np.int32(min(start, context_length))}

    return WindowInput(specs, read)


def _frame_reader(source, spec, frame_folder) -> FrameReader:
    if frame_folder is None:
        return frames_of_audio(source, spec.features)
    frame_folder.check(source.clips, source.report.origin)
    return lambda clip, first, stop: frame_folder.read(source.clips[clip], first, stop)


def speaker_names(source: ClipSource) -> list[str]:
    """Lists the speakers of a source in alphabetical order: a model's `speakers`.

    Example:
        `WaveNet(speakers=speaker_names(open_source("vctk", "train", 16000)), ...)`
    """
    return sorted(set(source.column("speaker")) - {None})


def tag_names(source: ClipSource) -> list[str]:
    """Lists the tags of a source in alphabetical order: a model's `tags`.

    A clip has those that its label holds, with ";" between them.
    """
    return sorted({tag for clip in source.clips for tag in clip.tags})


def check_conditions(spec: DataSpec, local_dir: str | os.PathLike | None) -> None:
    """Checks that a dataset can give what a model needs, before any data is opened.

    Args:
        spec: What the model needs.
        local_dir: Folder of files of local frames, or None.

    Raises:
        ValueError: If it cannot; the message states what to do.
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
    elif local_dir is not None and not user_path(local_dir).is_dir():
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


def _check_speakers(source: ClipSource, known: Collection[str]):
    names = source.column("speaker")
    unknown = [
        source.clips[clip] for clip, name in enumerate(names) if name not in known
    ]
    if not unknown:
        return
    named = [clip for clip in unknown if clip.speaker is not None]
    if named:
        advice = (
            "Give the model all of them (`speakers=[...]`, which "
            "`keras_wavenet.data.speaker_names` lists; in `keras-wavenet train` "
            "--speakers or --add-speakers), or leave these clips out."
        )
    else:
        advice = (
            "Name them in a `speaker` column of metadata.csv, or for tfds data by "
            '`keys={"speaker": ...}` (--key speaker=FEATURE).'
        )
    clip = (named or unknown)[0]
    raise ValueError(
        f"Expected each clip of {source.report.origin} to be by a speaker of the "
        f"model: {_listed(known)}. Received: {len(unknown)} of {len(source)} clips by "
        f"another or by none, such as {clip.clip_id} (speaker={clip.speaker!r}). "
        f"{advice}"
    )


def _check_tags(source: ClipSource, known: Collection[str]):
    unknown = [
        (clip, tag) for clip in source.clips for tag in clip.tags if tag not in known
    ]
    if unknown:
        clip, tag = unknown[0]
        raise ValueError(
            f"Expected tags of the model in {source.report.origin}: "
            f"{_listed(known)}. Received: {len({tag for _, tag in unknown})} others, "
            f"such as {tag!r} of {clip.clip_id}. Give the model all of them "
            "(`tags=[...]`, which `keras_wavenet.data.tag_names` lists; in "
            "`keras-wavenet train` --tags), or take these "
            'out of the labels, where ";" stands between two.'
        )


def _listed(names: Collection[str]) -> str:
    names = list(names)
    more = len(names) - _NAMES_SHOWN
    some = ", ".join(names[:_NAMES_SHOWN])
    return f"{some} and {more} more" if more > 0 else some
