"""Flags of `generate` that say what the audio is to be: its conditions."""

import argparse
from pathlib import Path

import numpy as np

from keras_wavenet.commands.argument_types import positive_int
from keras_wavenet.commands.audio_input import read_audio
from keras_wavenet.commands.model_arguments import flag_of
from keras_wavenet.commands.model_words import shown

# From a condition of a model to the flags that give it.
_FLAGS = {
    "speaker": ("speaker",),
    "tags": ("tag",),
    "global": ("global",),
    "local": ("mel_from", "local"),
}


def add_condition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `read_conditions` reads, and the number of streams."""
    group = parser.add_argument_group(
        "conditions", "what a conditioned model is told; `keras-wavenet info` lists it"
    )
    group.add_argument(
        "--speaker",
        action="append",
        metavar="NAME",
        help="name or number of the speaker; repeated, each speaks in a stream",
    )
    group.add_argument(
        "--tag", action="append", metavar="NAME", help="what it is; may be repeated"
    )
    frames = group.add_mutually_exclusive_group()
    frames.add_argument(
        "--mel-from",
        type=Path,
        metavar="FILE",
        help="say this recording again: its features, whichever those of the model "
        "are, is what it is told; wav, flac, ogg or mp3, any rate. If it is the "
        "--prime, too, what follows the prime is said",
    )
    frames.add_argument(
        "--local",
        type=Path,
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
        help="different recordings to make at once, a file each (default: 1, or one "
        "for each --speaker)",
    )


def stream_count(arguments: argparse.Namespace) -> int:
    """How many recordings to make.

    Raises:
        ValueError: If they are not as many as speakers.
    """
    speakers = len(arguments.speaker or ())
    streams = arguments.streams or max(speakers, 1)
    if speakers > 1 and streams != speakers:
        raise ValueError(
            "Several --speaker speak in a stream each. Received: "
            f"{speakers} of them, --streams {streams}"
        )
    return streams


def read_conditions(arguments: argparse.Namespace, model, prime) -> tuple:
    """What the model is told.

    Args:
        arguments: Parsed flags of `add_condition_arguments`.
        model: A `WaveNet`.
        prime: float array, `(samples,)`, or None.

    Returns:
        The conditions, for `WaveNet.stream`; the samples that there are frames for, or
        None; and the prime, which may have lost its first samples: the frames that the
        audio goes on with begin where it ends.

    Raises:
        ValueError: If the model needs a condition that no flag gives, or a flag gives
            one that it does not know or can't use.
    """
    _check_flags(arguments, model)
    given, most = {}, None
    if arguments.speaker:
        named = [_speaker(text, model.speakers) for text in arguments.speaker]
        given["speaker"] = named
    if arguments.tag:
        given["tags"] = _tags(arguments.tag, model.tags)
    vector = getattr(arguments, "global")  # a word of Python's
    if vector is not None:
        given["global"] = _read_vector(vector)
    if arguments.local is not None:
        given["local"] = read_array("--local", arguments.local)
        if given["local"].ndim > 1:  # or else the model refuses it
            most = given["local"].shape[-2] * model.hop
    if arguments.mel_from is not None:
        # Frames may take long: what is wrong with the rest is said before.
        blank = np.zeros((1, model.architecture.local_channels))
        model.stream_conditions({**given, "local": blank}, stream_count(arguments))
        frames, most, prime = _frames_of_audio(arguments, model, prime)
        given.update(frames)
    return given, most, prime


def choose_matching(arguments: argparse.Namespace, model) -> bool:
    """Whether to match frames: as asked for, or else as `WaveNet.vocode` does.

    Raises:
        ValueError: If it was asked for, and the model has no frames to match.
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


def _check_flags(arguments, model):
    conditions = model.architecture.conditions
    if arguments.mel_from is not None and model.architecture.features is None:
        raise ValueError(
            f"--mel-from needs a model that is conditioned on features of audio, and "
            f"{arguments.preset} is not. Take wavenet_realtime: keras-wavenet generate "
            f"wavenet_realtime --speaker en_allison --mel-from {arguments.mel_from}"
        )
    for condition, names in _FLAGS.items():
        given = [name for name in names if getattr(arguments, name) is not None]
        if given and condition not in conditions:
            told = ", ".join(conditions) or "nothing"
            raise ValueError(
                f"{flag_of(given[0])} is of no use to {arguments.preset}, which is "
                f"conditioned on {told}."
            )
        if condition in conditions and not given:
            wanted = _wanted(condition, model)
            raise ValueError(f"{arguments.preset} wants to be told {wanted}")


def _wanted(condition, model) -> str:
    """What a condition is, and which flag gives it."""
    a = model.architecture
    if condition == "speaker":
        return f"who speaks: give --speaker, one of {_choices(a.speakers)}"
    if condition == "tags":
        return f"what it is: give --tag, one or more of {_choices(a.tags)}"
    if condition == "global":
        return f"a vector of {a.global_channels} numbers: give --global FILE.npy"
    if a.features is not None:
        return (
            "what each moment sounds like: give --mel-from FILE, a recording to say "
            f"again, or --local FILE.npy, frames of {a.local_channels} numbers"
        )
    return (
        f"of each {a.hop} samples {a.local_channels} numbers: give --local FILE.npy, "
        f"an array (frames, {a.local_channels})"
    )


def _choices(names) -> str:
    if isinstance(names, int):
        return f"the numbers 0 to {names - 1}"
    return ", ".join(map(shown, names))


def _speaker(text, names):
    """The number of a speaker, who may be called by it; an unknown name as it is."""
    if isinstance(names, list) and text in names:
        return names.index(text)
    return int(text) if text.isdecimal() else text


def _tags(texts, tags):
    """Names of tags; of a model that has none, a 1 for each number of them."""
    if isinstance(tags, list):
        return texts
    row = np.zeros(tags, "float32")
    for text in texts:
        if not text.isdecimal() or int(text) >= tags:
            raise ValueError(f"--tag must be one of {_choices(tags)}. Received: {text}")
        row[int(text)] = 1
    return row


def _frames_of_audio(arguments, model, prime) -> tuple:
    """Frames of the audio to say again, and of the prime that it goes on from."""
    features, hop = model.architecture.features, model.hop
    audio = read_audio("--mel-from", arguments.mel_from, model.sample_rate)
    if prime is None:
        return {"local": features(audio)}, len(audio), None
    if arguments.mel_from.samefile(arguments.prime):
        heard = len(prime) // hop
        if heard == 0 or len(prime) >= len(audio):
            raise ValueError(
                "The start of a recording can be the prime of its rest: give "
                f"--prime-seconds, at least one frame of {hop / model.sample_rate:g} s "
                f"and less than all. Received: {len(prime) / model.sample_rate:g} s of "
                f"{len(audio) / model.sample_rate:g} s"
            )
        frames = features(audio)
        told = {"local": frames[heard:], "local_context": frames[:heard]}
        return told, len(audio) - heard * hop, prime[: heard * hop]
    prime = prime[len(prime) % hop :]
    if not len(prime):
        raise ValueError(
            f"The prime of a model that is told frames must have one at least: {hop} "
            "samples."
        )
    told = {"local": features(audio), "local_context": features(prime)}
    return told, len(audio), prime


def _read_vector(text) -> np.ndarray:
    if Path(text).suffix == ".npy" or Path(text).is_file():
        return read_array("--global", Path(text))
    try:
        return np.array([float(number) for number in text.split(",")], "float32")
    except ValueError as error:
        raise ValueError(
            "--global must be a .npy file, or numbers with commas between, such as "
            f"0.5,-1. Received: {text}"
        ) from error


def read_array(flag: str, path: Path) -> np.ndarray:
    """The array in a file that `np.save` wrote.

    Raises:
        ValueError: If the file is missing or holds something else; names the flag.
    """
    try:
        # Unlike np.load, it takes nothing for a pickle or an archive.
        return np.array(np.lib.format.open_memmap(path, mode="r"))
    except Exception as error:  # NumPy's parser of headers has errors of its own
        raise ValueError(
            f"{flag} must name an array that np.save wrote. Received: {path} ({error})"
        ) from error
