"""What `synthesize` is given: recordings, and frames that `features` wrote."""

import argparse
import copy
import typing
from pathlib import Path

from keras_wavenet.commands.generate_conditions import (
    describe_needed,
    read_speaker,
    read_tags,
)
from keras_wavenet.commands.recordings import (
    check_names,
    failures_of,
    named_files,
    open_recordings,
)
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.terminal import say

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet
    from keras_wavenet.evaluation import Utterance

SUFFIX = ".npy"


def read_names(arguments: argparse.Namespace, model: "WaveNet") -> dict:
    """The conditions that `--speaker` and `--tag` give.

    Raises:
        ValueError: If the model has no such condition or name.
    """
    given = {}
    for flag, condition in (("speaker", "speaker"), ("tag", "tags")):
        value = getattr(arguments, flag)
        if value is not None and condition not in model.architecture.conditions:
            raise ValueError(f"--{flag} has no effect on {arguments.preset}.")
    if arguments.speaker is not None:
        given["speaker"] = read_speaker(arguments.speaker, model.speakers)
    if arguments.tag is not None:
        given["tags"] = read_tags(arguments.tag, model.tags)
    return given


def open_inputs(
    arguments: argparse.Namespace, model: "WaveNet", conditions: dict
) -> "tuple[list[Utterance], list[str]]":
    """Open all inputs.

    Args:
        arguments: Parsed flags of `add_recordings_arguments`.
        model: The vocoder.
        conditions: From `read_names`.

    Returns:
        What is to be synthesized, and a line for each input that can't be used.

    Raises:
        ValueError, OSError: As `open_recordings`; or if a condition is missing for all,
            or a recording and frames have the same name.
    """
    from keras_wavenet.evaluation import utterance_of_frames, utterances_of_clips

    frames, others = split_inputs(arguments.inputs)
    utterances, failures, sources = [], [], []
    if others:
        arguments = copy.copy(arguments)
        arguments.inputs = others
        sources = open_recordings(arguments, model.sample_rate)
        failures = failures_of(sources)
    speakers = [clip.speaker for source in sources for clip in source.clips]
    needed = [n for n in model.architecture.conditions if n not in conditions]
    if "speaker" in needed and (frames or not any(speakers)):
        raise ValueError(
            f"{arguments.preset} needs {describe_needed('speaker', model)}"
        )
    if "tags" in needed and frames:
        raise ValueError(f"{arguments.preset} needs {describe_needed('tags', model)}")
    for source in sources:
        say(source.report, flush=True)
        utterances += utterances_of_clips(model, source, conditions)
    for name, path in frames.items():
        try:
            utterances.append(utterance_of_frames(model, name, path, conditions))
        except (OSError, ValueError) as error:
            reason = str(error)
            failures.append(reason if str(path) in reason else f"{path}: {reason}")
    check_names([utterance.name for utterance in utterances])
    return utterances, failures


def split_inputs(inputs: list[str]) -> tuple[dict[str, Path], list[str]]:
    """Files of frames by the names of their recordings, and the other inputs.

    A folder is one of frames if it has files of frames, and none of audio.
    """
    frames, others = [], []
    for name, path in named_files(inputs).items():
        if path.suffix.lower() == SUFFIX:
            frames.append((name.removesuffix(path.suffix), path))
    for text in inputs:
        folder = user_path(text)
        found = files_of_frames(folder) if folder.is_dir() else []
        if not found and (folder.is_dir() or folder.suffix.lower() != SUFFIX):
            others.append(text)
        for path in found:
            name = path.relative_to(folder).as_posix().removesuffix(path.suffix)
            frames.append((name, path))
    check_names([name for name, _ in frames])
    return dict(frames), others


def files_of_frames(folder: Path) -> list[Path]:
    """The files of frames in and below a folder, if it has none of audio."""
    from keras_wavenet.data.folders.audio_file import SUFFIXES

    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if any(path.suffix.lower() in SUFFIXES for path in paths):
        return []
    return [path for path in paths if path.suffix.lower() == SUFFIX]
