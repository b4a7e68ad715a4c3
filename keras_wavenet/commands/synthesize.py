"""Resynthesize many recordings with a vocoder, several at a time.

Each recording, or the frames of one that `features` wrote, becomes a wav file in a
folder, with its original beside it, and index.html plays both. Each recording has the
noise of the same seed, and its audio does not depend on the others; with --streams 1 it
is that of `generate --mel-from FILE --seed N`. Whatever stops the command, the same one
continues after the last recordings that are complete, with the same result."""

import argparse
import sys
import time
from dataclasses import replace

from keras_wavenet.commands.argument_types import file_path, natural_int, positive_int
from keras_wavenet.commands.data_arguments import processing
from keras_wavenet.commands.initial_sample import (
    add_initial_sample_argument,
    initial_sample_option,
)
from keras_wavenet.commands.model_arguments import add_dtype_argument, load_model
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.commands.recordings import add_recordings_arguments, check_failures
from keras_wavenet.commands.synthesis_folder import SynthesisFolder
from keras_wavenet.commands.synthesis_inputs import open_inputs, read_names
from keras_wavenet.utils.folder_lock import locked
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.paths import is_of_one_path
from keras_wavenet.utils.terminal import say

HELP = "resynthesize many recordings with a vocoder"
USAGE = "PRESET INPUT... --out FOLDER [options]"
EPILOG = """\
examples:
  keras-wavenet synthesize wavenet_realtime spoken_prompts --out copies
  keras-wavenet synthesize wavenet_realtime speech/ --speaker en_allison --out copies
  keras-wavenet synthesize my_vocoder a.wav b.flac --out copies --streams 8
  keras-wavenet synthesize my_vocoder frames/ --out copies   # of keras-wavenet features

Open copies/index.html to listen. `evaluate --resynthesis` measures the difference to
the originals."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "preset",
        metavar="PRESET",
        help="a vocoder: a built-in name (see `keras-wavenet presets`), a preset "
        "folder, or a place such as hf://USER/REPOSITORY",
    )
    parser.add_argument(
        "--out",
        type=file_path,
        required=True,
        metavar="FOLDER",
        help="the folder of the audio",
    )
    _add_generation_arguments(parser)
    conditions = parser.add_argument_group(
        "conditions", "of all recordings; otherwise they are those of the data"
    )
    conditions.add_argument(
        "--speaker", metavar="NAME", help="name or number of the speaker"
    )
    conditions.add_argument(
        "--tag", action="append", metavar="NAME", help="a tag; may be repeated"
    )
    add_recordings_arguments(parser, "INPUT", ", or frames that `features` wrote")


def _add_generation_arguments(parser):
    parser.add_argument(
        "--streams",
        type=positive_int,
        default=4,
        metavar="N",
        help="recordings at a time (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=natural_int,
        default=0,
        help="of the noise of each recording (default: %(default)s)",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="X",
        help="below 1 more likely samples, 0 the likeliest (default: %(default)s)",
    )
    parser.add_argument(
        "--match-frames",
        action=argparse.BooleanOptionalAction,
        help="correct the audio towards the mel frames, or not (default: if the model "
        "has mel frames)",
    )
    add_initial_sample_argument(parser)
    parser.add_argument(
        "--engine",
        default="auto",
        metavar="NAME",
        help="engine of the generation, as in generate (default: %(default)s)",
    )
    add_dtype_argument(parser)
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="synthesize again what is there already, or was made with other options",
    )


def run(arguments: argparse.Namespace) -> None:
    """Synthesize, write the files, and print the speed."""
    from keras_wavenet.evaluation import check_vocoder
    from keras_wavenet.generation import Sampling, engines

    check_writable(arguments.out / "any.wav")
    Sampling(arguments.temperature)  # checks the value
    model = load_model(arguments)
    check_vocoder(model)
    initial_sample_option(arguments.initial_sample, model.distribution)  # likewise
    engines.get(arguments.engine, model)  # checks the name
    conditions = read_names(arguments, model)
    utterances, failures = open_inputs(arguments, model, conditions)
    total = len(utterances) + len(failures)
    folder = SynthesisFolder(
        arguments.out, settings_of(arguments, model), model.sample_rate
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    with locked(arguments.out):
        lengths = {one.name: one.samples for one in utterances}
        folder.open(lengths, arguments.overwrite)
        left = [one for one in utterances if not folder.has(one.name)]
        if len(left) < len(utterances):
            say(f"{len(utterances) - len(left)} of {total} are there already")
        try:
            failures += synthesize_all(arguments, model, left, folder)
        except KeyboardInterrupt:
            say(
                f"Stopped; what {arguments.out} holds is kept. Run the same command "
                "again to continue.",
                file=sys.stderr,
            )
            raise
        finally:
            folder.close()
    say(f"Listen: {folder.page}")
    check_failures(failures, total)


def synthesize_all(arguments, model, utterances, folder) -> list[str]:
    """Synthesize and write recordings; returns a line for each that failed."""
    from keras_wavenet.evaluation import synthesize

    failures, samples, started = [], 0, time.perf_counter()
    rate = model.sample_rate
    bar = progress_bar(sum(one.samples for one in utterances) / rate)
    with Interruption() as interruption, bar:

        def watch(count: int) -> None:
            bar.update(count / rate)
            interruption.check()

        results = synthesize(
            model,
            utterances,
            streams=arguments.streams,
            seed=arguments.seed,
            temperature=arguments.temperature,
            match_frames=arguments.match_frames,
            engine=arguments.engine,
            watch=watch,
            **initial_sample_option(arguments.initial_sample, model.distribution),
        )
        for number, found in enumerate(results, 1):
            found = write(folder, found)
            if found.error is not None:
                failures.append(f"{found.name}: {found.error}")
            else:
                samples += len(found.audio)
            if bar.disable:
                say(describe(found, number, len(utterances), rate), flush=True)
            interruption.check()
    seconds = time.perf_counter() - started
    if samples:
        say(
            f"{samples / rate:.1f} s of audio in {seconds:.1f} s: "
            f"{samples / seconds:,.0f} samples/s, {samples / rate / seconds:.2f} times "
            "real time"
        )
    return failures


def write(folder, found):
    """Write what was synthesized; returns it, with an error if its path is unusable."""
    if found.error is None:
        try:
            folder.add(found)
        except OSError as error:
            if not is_of_one_path(error):
                raise
            return replace(found, error=f"its audio can't be written: {error}")
    return found


def describe(found, number: int, total: int, sample_rate: int) -> str:
    """A line on one recording that is done."""
    if found.error is not None:
        return f"{number} of {total}: {found.name} failed: {found.error}"
    return f"{number} of {total}: {found.name}, {len(found.audio) / sample_rate:.2f} s"


def settings_of(arguments: argparse.Namespace, model) -> dict:
    """What the audio depends on, as plain JSON."""
    from keras_wavenet import preset_io

    matched = arguments.match_frames
    if matched is None:
        matched = model.matches_frames_of_recordings
    names = ("seed", "streams", "temperature", "engine", "dtype", "speaker", "tag")
    settings = {name: getattr(arguments, name) for name in names}
    settings |= initial_sample_option(arguments.initial_sample, model.distribution)
    return {
        "preset": str(arguments.preset),
        "weights_sha256": preset_io.weights_sha256(arguments.preset),
        **settings,
        **processing(arguments),
        "match_frames": matched,
    }


def progress_bar(seconds: float):
    """A tqdm bar in seconds of audio, drawn on stderr if that is a terminal."""
    from tqdm import tqdm

    numbers = "{n:.0f} of {total:.0f} s of audio, {elapsed}<{remaining}"
    bar_format = "{l_bar}{bar}| " + numbers
    return tqdm(total=seconds, bar_format=bar_format, disable=None, leave=False)
