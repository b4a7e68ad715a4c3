"""Flags of `generate` for the conditions of the audio."""

import argparse
import typing
from pathlib import Path

import numpy as np

from keras_wavenet.commands.argument_types import file_path, positive_int
from keras_wavenet.commands.audio_input import read_audio
from keras_wavenet.commands.model_arguments import flag_of
from keras_wavenet.utils.input_file import open_array
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.text import listed, shown

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

# The flags of each condition of a model.
_FLAGS = {
    "speaker": ("speaker",),
    "tags": ("tag",),
    "global": ("global",),
    "local": ("mel_from", "local"),
}


def add_condition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `read_conditions` reads, and the number of streams."""
    group = parser.add_argument_group(
        "conditions", "those of a conditioned model; `keras-wavenet info` lists them"
    )
    group.add_argument(
        "--speaker",
        action="append",
        metavar="NAME",
        help="name or number of the speaker; repeated, a stream each",
    )
    group.add_argument(
        "--tag", action="append", metavar="NAME", help="a tag; may be repeated"
    )
    frames = group.add_mutually_exclusive_group()
    frames.add_argument(
        "--mel-from",
        type=file_path,
        metavar="FILE",
        help="resynthesize this recording: its features, of the kind that the model "
        "needs, are the condition. If it is also the --prime, the audio continues "
        "after the prime",
    )
    frames.add_argument(
        "--local",
        type=file_path,
        metavar="FILE",
        help="frames in a .npy file, (frames, channels)",
    )
    group.add_argument(
        "--global",
        metavar="FILE",
        help="a vector in a .npy file, or its numbers with commas between",
    )
    group.add_argument(
        "--match-frames",
        action=argparse.BooleanOptionalAction,
        help="correct the audio towards the mel frames it was conditioned on (default: "
        "with --mel-from, and a model that is conditioned on such frames)",
    )
    group.add_argument(
        "--streams",
        type=positive_int,
        help="number of different recordings to generate, a file each (default: 1, or "
        "one for each --speaker)",
    )


def stream_count(arguments: argparse.Namespace) -> int:
    """Number of recordings to generate.

    Raises:
        ValueError: If it is not the number of several speakers.
    """
    speakers = len(arguments.speaker or ())
    streams = arguments.streams or max(speakers, 1)
    if speakers > 1 and streams != speakers:
        raise ValueError(
            "Several --speaker are a stream each. Received: "
            f"{speakers} of them, --streams {streams}"
        )
    return streams


def read_conditions(
    arguments: argparse.Namespace, model: "WaveNet", prime: np.ndarray | None
) -> tuple[dict, int | None, np.ndarray | None]:
    """The conditions of the audio.

    Args:
        arguments: Parsed flags of `add_condition_arguments`.
        model: A `WaveNet`.
        prime: float array, `(samples,)`, or None.

    Returns:
        The conditions, for `WaveNet.stream`; the number of samples that frames cover,
        or None; and the prime, cut to whole frames, since the frames of the audio
        begin where it ends.

    Raises:
        ValueError: If a flag for a condition of the model is missing, or a flag is of
            another condition or has an invalid value.
    """
    _check_effect(arguments, model)
    given, covered = {}, None
    if arguments.speaker:
        named = [read_speaker(text, model.speakers) for text in arguments.speaker]
        given["speaker"] = named
    if arguments.tag:
        given["tags"] = read_tags(arguments.tag, model.tags)
    _check_complete(arguments, model)
    vector = getattr(arguments, "global")  # a keyword of Python
    if vector is not None:
        given["global"] = _read_vector(vector)
    if arguments.local is not None:
        given["local"] = read_frames(arguments.local, model)
        if given["local"].ndim > 1:  # otherwise the model raises
            covered = given["local"].shape[-2] * model.hop
    if arguments.mel_from is not None:
        # Computing frames may take long: the other conditions are checked first.
        blank = np.zeros((1, model.architecture.local_channels))
        model.stream_conditions({**given, "local": blank}, stream_count(arguments))
        frames, covered, prime = _frames_of_audio(arguments, model, prime)
        given.update(frames)
    return given, covered, prime


def choose_matching(arguments: argparse.Namespace, model: "WaveNet") -> bool:
    """Whether to match frames: as requested, by default as `WaveNet.vocode`.

    Raises:
        ValueError: If it is requested and the model has no frames to match.
    """
    from keras_wavenet.features.frame_matching import can_match

    if arguments.match_frames is None:
        return arguments.mel_from is not None and model.matches_frames_of_recordings
    if arguments.match_frames and not can_match(model.architecture.features):
        raise ValueError(
            "--match-frames needs a model that is conditioned on log-mel features, as "
            f"wavenet_realtime is. Received: {arguments.preset}"
        )
    return arguments.match_frames


def _check_effect(arguments, model):
    """Refuse flags for conditions that the model does not have."""
    conditions = model.architecture.conditions
    if arguments.mel_from is not None and model.architecture.features is None:
        raise ValueError(
            f"--mel-from needs a model that is conditioned on features of audio, and "
            f"{arguments.preset} is not. Take wavenet_realtime: keras-wavenet generate "
            f"wavenet_realtime --speaker en_allison --mel-from {arguments.mel_from}"
        )
    for condition, flags in _FLAGS.items():
        given = _given(arguments, flags)
        if given and condition not in conditions:
            names = ", ".join(conditions) or "nothing"
            raise ValueError(
                f"{flag_of(given[0])} has no effect on {arguments.preset}, which is "
                f"conditioned on {names}."
            )


def _check_complete(arguments, model):
    """Refuse missing flags of the conditions of a model."""
    for condition, flags in _FLAGS.items():
        missing = not _given(arguments, flags)
        if condition in model.architecture.conditions and missing:
            needed = describe_needed(condition, model)
            raise ValueError(f"{arguments.preset} needs {needed}")


def _given(arguments, flags) -> list[str]:
    return [flag for flag in flags if getattr(arguments, flag) is not None]


def describe_needed(condition: str, model: "WaveNet") -> str:
    """A condition and its flag, in words."""
    a = model.architecture
    if condition == "speaker":
        return f"a speaker: give --speaker, one of {_choices(a.speakers)}"
    if condition == "tags":
        return f"tags: give --tag, one or more of {_choices(a.tags)}"
    if condition == "global":
        return f"a vector of {a.global_channels} numbers: give --global FILE.npy"
    if a.features is not None:
        return (
            "frames: give --mel-from FILE, a recording to resynthesize, or --local "
            f"FILE.npy, frames of {a.local_channels} numbers"
        )
    return (
        f"{a.local_channels} numbers for each {a.hop} samples: give --local FILE.npy, "
        f"an array (frames, {a.local_channels})"
    )


def _choices(names) -> str:
    if isinstance(names, int):
        return f"the numbers 0 to {names - 1}"
    return listed(names)


def read_speaker(text: str, names: list[str] | int) -> int:
    """The number of a speaker given by name or number; ValueError if there is none."""
    if isinstance(names, list) and text in names:
        return names.index(text)
    if text.isdecimal() and int(text) < _count(names):
        return int(text)
    raise ValueError(_unknown("--speaker", text, names))


def read_tags(texts: list[str], tags: list[str] | int) -> list[str] | np.ndarray:
    """Names of tags; for tags without names, 1 at each given number.

    Raises:
        ValueError: If the model does not have a tag.
    """
    if isinstance(tags, list):
        for text in texts:
            if text not in tags:
                raise ValueError(_unknown("--tag", text, tags))
        return texts
    row = np.zeros(tags, "float32")
    for text in texts:
        if not text.isdecimal() or int(text) >= tags:
            raise ValueError(_unknown("--tag", text, tags))
        row[int(text)] = 1
    return row


def _unknown(flag, text, names) -> str:
    """The error of a name that the model does not have."""
    known = names if isinstance(names, list) else []
    return (
        f"{flag} must be one of {_choices(names)}. "
        f"Received: {shown(text)}{did_you_mean(text, known)}"
    )


def _count(names) -> int:
    return names if isinstance(names, int) else len(names)


def _frames_of_audio(arguments, model, prime) -> tuple:
    """Frames of the audio to resynthesize, and of the prime; as `read_conditions`."""
    features, hop = model.architecture.features, model.hop
    audio = read_audio("--mel-from", arguments.mel_from, model.sample_rate)
    if prime is None:
        return {"local": features(audio)}, len(audio), None
    if arguments.mel_from.samefile(arguments.prime):
        count = len(prime) // hop
        if count == 0 or len(prime) >= len(audio):
            raise ValueError(
                "The start of a recording can be the prime of its rest: give "
                f"--prime-seconds, at least one frame of {hop / model.sample_rate:g} s "
                f"and less than all. Received: {len(prime) / model.sample_rate:g} s of "
                f"{len(audio) / model.sample_rate:g} s"
            )
        frames = features(audio)
        given = {"local": frames[count:], "local_context": frames[:count]}
        return given, len(audio) - count * hop, prime[: count * hop]
    prime = prime[len(prime) % hop :]
    if not len(prime):
        raise ValueError(
            f"The prime of a model with frames must have at least one: {hop} samples."
        )
    given = {"local": features(audio), "local_context": features(prime)}
    return given, len(audio), prime


def _read_vector(text) -> np.ndarray:
    path = user_path(text)
    if path.suffix == ".npy" or path.is_file():
        return read_array("--global", path)
    try:
        return np.array([float(number) for number in text.split(",")], "float32")
    except ValueError as error:
        raise ValueError(
            "--global must be a .npy file, or numbers with commas between, such as "
            f"0.5,-1. Received: {text}"
        ) from error


def read_frames(path: Path, model: "WaveNet") -> np.ndarray:
    """The frames in the file of `--local`.

    Raises:
        ValueError: If they are missing, or known to be of other features.
    """
    from keras_wavenet.data.frame_files import check_frames_of

    frames = read_array("--local", path)
    if model.architecture.features is not None:
        check_frames_of(path, model.architecture.features)
    return frames


def read_array(flag: str, path: Path) -> np.ndarray:
    """The array in a file that `np.save` wrote.

    Raises:
        ValueError: If the file is missing or holds something else; names the flag.
    """
    try:
        return np.array(open_array(path))
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{flag} must name an array that np.save wrote. Received: {path} ({error})"
        ) from error
