"""Look inside a model: what it computes for a recording, as pictures and one page.

Writes pictures, sounds and index.html, one file that holds all of them, to a folder:
the network and its receptive field, its codes, what it predicts and how surprised it
is, its gates over a word, which blocks matter, which frequencies they pass, how far
back it looks, and audio that it generates."""

import argparse
import shlex
import time
from pathlib import Path

import numpy as np

from keras_wavenet.commands.argument_types import (
    file_path,
    natural_int,
    positive_float,
)
from keras_wavenet.commands.audio_input import read_audio
from keras_wavenet.commands.generate_conditions import read_conditions
from keras_wavenet.commands.model_arguments import add_preset_argument, load_model
from keras_wavenet.commands.output_file import check_free_folder
from keras_wavenet.commands.shipped_recording import use_shipped_recording
from keras_wavenet.data.spoken_prompts.recordings import RECORDINGS, read_recording
from keras_wavenet.utils.terminal import say

HELP = "show what a model computes for a recording, as a page"
USAGE = "[PRESET] [WAV] [options]"
EPILOG = """\
examples:
  keras-wavenet explain
  keras-wavenet explain wavenet_tiny speech.wav --out inside
  keras-wavenet explain wavenet_realtime speech.wav --speaker en_allison
  keras-wavenet explain our_voice/best recordings/one.flac

The functions behind it are keras_wavenet.introspection, which returns arrays, and
keras_wavenet.visualization, which draws them. It needs the extra plots."""

PRESET = "wavenet_realtime"
SECONDS = 3.0
LEAST_SECONDS = 0.2
LEAST_PEAK = 1e-3  # of the samples; -60 dB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser, PRESET)
    parser.add_argument(
        "wav",
        nargs="?",
        type=file_path,
        metavar="WAV",
        help="an audio file, such as wav, flac, ogg or mp3, of any rate (default: a "
        "sentence in the package)",
    )
    parser.add_argument(
        "--seconds",
        type=positive_float,
        default=SECONDS,
        help="how much of its start is used (default: %(default)s)",
    )
    conditions = parser.add_argument_group("conditions", "of a conditioned model")
    conditions.add_argument(
        "--speaker", action="append", metavar="NAME", help="name or number"
    )
    conditions.add_argument(
        "--tag", action="append", metavar="NAME", help="a tag; may be repeated"
    )
    conditions.add_argument(
        "--local",
        type=file_path,
        metavar="FILE",
        help="frames of the recording in a .npy file, (frames, channels), for a model "
        "without features",
    )
    conditions.add_argument(
        "--global",
        metavar="FILE",
        help="a vector in a .npy file, or its numbers with commas between",
    )
    parser.add_argument(
        "--seed", type=natural_int, default=0, help="of the generated audio"
    )
    parser.add_argument(
        "--out",
        type=file_path,
        metavar="FOLDER",
        help="a new or an empty folder (default: named after the preset, in this one)",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files of the folder"
    )
    parser.set_defaults(dtype=None)


def run(arguments: argparse.Namespace) -> None:
    """Compute, draw and write."""
    from keras_wavenet import preset_io, preset_places
    from keras_wavenet.commands.explain_page import Subject, write_page
    from keras_wavenet.utils.extras import import_extra

    started = time.perf_counter()
    folder = arguments.out
    if folder is None:
        folder = Path(f"{Path(arguments.preset).name or 'model'}-explained")
    check_order(arguments)
    check_free_folder(folder, arguments.overwrite)
    import_extra("matplotlib", "Drawing pictures")
    model = load_model(arguments)
    trained = not preset_io.is_architecture_alone(preset_places.find(arguments.preset))
    name = str(arguments.preset)
    subject = Subject(
        model, name, trained, *read_subject(arguments, model), arguments.seed
    )
    page = write_page(subject, folder)
    seconds = time.perf_counter() - started
    say(f"wrote {page} ({seconds:.0f} s); open it in a browser")


def check_order(arguments: argparse.Namespace) -> None:
    """Refuse a recording in the place of the preset.

    Raises:
        ValueError: If the only name is that of a file.
    """
    if arguments.wav is None and Path(arguments.preset).is_file():
        raise ValueError(
            "The preset comes before the recording: keras-wavenet explain wavenet_tiny "
            f"{shlex.quote(arguments.preset)}. Received: a file in its place"
        )


def read_subject(arguments: argparse.Namespace, model) -> tuple[np.ndarray, dict, str]:
    """The recording at the model's rate, its conditions, and what it is.

    The conditions are those of `keras_wavenet.introspection`: frames of features are
    computed there.

    Raises:
        ValueError: If the recording has no sound or is too short, or a condition is
            missing or does not fit.
    """
    given = argparse.Namespace(
        **{**vars(arguments), "mel_from": None, "prime": None, "streams": None}
    )
    features, words = model.architecture.features, ""
    if arguments.wav is not None:
        given.mel_from = arguments.wav
    else:
        recording = use_shipped_recording(given, model)
        if recording is None:
            speaker, *_ = arguments.speaker or [None]
            first = next(iter(RECORDINGS))
            recording = read_recording(speaker if speaker in RECORDINGS else first)
            given.mel_from = recording.path
        words = f'"{recording.transcript}" by {recording.speaker}, '
    path = given.mel_from
    waveform = read_audio("WAV", path, model.sample_rate)
    waveform = checked(waveform, path, arguments.seconds, model.sample_rate)
    if features is None or arguments.local is not None:
        given.mel_from = None
    conditions, covered, _ = read_conditions(given, model, None)
    if features is not None and arguments.local is None:
        del conditions["local"]  # those of the part that is used are computed again
    elif covered is not None:
        waveform = waveform[:covered]
    title = f"{words}{path.name}, {len(waveform) / model.sample_rate:.2f} s"
    return waveform, conditions, title


def checked(
    waveform: np.ndarray, path: Path, seconds: float, sample_rate: int
) -> np.ndarray:
    """The first seconds of a recording.

    Raises:
        ValueError: If it is too short or silent.
    """
    waveform = waveform[: round(seconds * sample_rate)]
    found = len(waveform) / sample_rate
    if found < LEAST_SECONDS:
        raise ValueError(
            f"WAV and --seconds must give at least {LEAST_SECONDS} s of audio. "
            f"Received: {found:.3g} s of {path}"
        )
    peak = float(np.abs(waveform).max())
    if peak < LEAST_PEAK:
        raise ValueError(
            f"WAV must have sound in its first {found:.3g} s: name another file, or "
            f"give more --seconds. Received: {path}, with a peak of {peak:.2g}"
        )
    return waveform
