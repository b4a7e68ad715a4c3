"""Train a model on audio, in a folder that keeps all that the run needs and makes.

Starts from a preset's architecture, with new weights unless --load-weights is given.
Prints two baselines first: a model whose validation bits per sample stay above them
has learned nothing yet.

The folder holds `best`, the preset of the best epoch so far, `last`, that of the newest
one, and checkpoints. However it was stopped, the same command resumes from the newest
checkpoint, exactly; `keras-wavenet generate FOLDER` generates with the best epoch at
any time."""

import argparse
import shlex
import sys
import typing
from pathlib import Path

from keras_wavenet.commands.argument_types import file_path, positive_int
from keras_wavenet.commands.condition_arguments import add_condition_arguments
from keras_wavenet.commands.data_arguments import (
    add_data_arguments,
    data_identity,
    load_split,
)
from keras_wavenet.commands.filter_arguments import add_filter_arguments
from keras_wavenet.commands.model_arguments import add_model_arguments
from keras_wavenet.commands.model_for_data import (
    ModelMaker,
    add_start_arguments,
    license_of_start,
    start_identity,
)
from keras_wavenet.commands.option_flags import add_option_flags, options_from
from keras_wavenet.commands.parallel_training import (
    add_parallel_arguments,
    parallel_training,
)
from keras_wavenet.model_words import condition_flags
from keras_wavenet.run_config import OptimizerOptions, RunConfig
from keras_wavenet.utils.terminal import say

if typing.TYPE_CHECKING:  # flags are made without Keras
    from keras_wavenet.models.generative_model import GenerativeModel

HELP = "train a model, and resume a run that was stopped"
USAGE = "[DATA] [options]"
EPILOG = """\
examples:
  keras-wavenet train                                     the speech that comes along
  keras-wavenet train recordings/ --out my_voice --epochs 50
  keras-wavenet train recordings/ --out my_voice --epochs 50    again: resumes it
  keras-wavenet train recordings/ --load-weights          start from wavenet_tiny
  keras-wavenet train ljspeech --preset wavenet_speech --schedule halving
  keras-wavenet train --dilations 1..256x3 --skip-channels 128 --steps 500
  keras-wavenet train vctk/ --speakers --out voices             a voice for each speaker
  keras-wavenet train recordings/ --features mel_16k --out vocoder    from mel frames
  keras-wavenet train --distribution logistic_mixture           16-bit samples
  keras-wavenet train --features mel_16k --noise-shaping 0.5       less audible noise
  keras-wavenet train recordings/ --devices 4      each batch divided over four"""

OTHER_FOLDER = (
    "--out names another folder; --preset FOLDER --load-weights starts from a preset, "
    "or from the best one of a run"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the command."""
    add_data_arguments(parser)
    add_start_arguments(parser)
    add_length_arguments(parser)
    group = parser.add_argument_group("speed and memory")
    add_option_flags(group, RunConfig, ["jit_compile", "rematerialize"])
    add_parallel_arguments(parser)
    add_folder_arguments(parser)
    group = parser.add_argument_group("monitoring")
    add_option_flags(
        group,
        RunConfig,
        ["sample_every", "sample_seconds", "tensorboard", "histograms"],
    )
    add_model_arguments(parser)
    add_condition_arguments(parser)
    add_filter_arguments(parser)
    add_option_flags(parser.add_argument_group("optimizer"), OptimizerOptions)


def add_length_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how long to train, and how often to validate."""
    group = parser.add_argument_group("length")
    length = group.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs",
        type=positive_int,
        default=10,
        help="passes over the data (default: %(default)s)",
    )
    length.add_argument("--steps", type=positive_int, help="batches in all, instead")
    group.add_argument(
        "--validation-split-name",
        default="validation",
        metavar="NAME",
        help="split to score after each epoch, or none (default: %(default)s)",
    )
    add_option_flags(group, RunConfig, ["steps_per_epoch", "validation_steps"])


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder of the run."""
    group = parser.add_argument_group("folder")
    group.add_argument(
        "--dry-run",
        action="store_true",
        help="summarize the data, measure what the run will cost, and write nothing",
    )
    group.add_argument(
        "--out",
        type=file_path,
        default=Path("trained_wavenet"),
        metavar="FOLDER",
        help="the folder of the run; a run that is there is resumed "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--overwrite",
        action="store_true",
        help="delete a run that is there, and start again",
    )
    add_option_flags(group, RunConfig, ["save_every", "max_checkpoints"])


def run(arguments: argparse.Namespace) -> None:
    """Train, from the start or from where the run in the folder has got to."""
    optimizer = options_from(OptimizerOptions, arguments)
    config = options_from(RunConfig, arguments, optimizer=optimizer)
    with parallel_training(arguments):
        train(arguments, config)


def train(arguments: argparse.Namespace, config: RunConfig) -> None:
    """Train, on the devices and in the processes that are there."""
    from keras_wavenet.training import AnotherRun, Run, StepLog
    from keras_wavenet.training.run_folder import REPORT
    from keras_wavenet.training.run_record import NoRun

    run = Run(
        arguments.out,
        config,
        settings=settings_of(arguments),
        overwrite=arguments.overwrite,
    )
    length = {"epochs": None if arguments.steps else arguments.epochs}
    length["steps"] = arguments.steps
    if arguments.dry_run:
        say(run.estimate(*prepare(arguments, None), **length))
        return
    try:
        with run:
            model, train, validation = prepare(arguments, run.recorded_model)
            license = license_of_start(arguments)
            history = run.fit(
                model,
                train,
                validation,
                license=license,
                commands=commands_of(arguments, model),
                callbacks=[] if sys.stdout.isatty() else [StepLog()],
                verbose=1 if sys.stdout.isatty() else 2,
                **length,
            )
    except NoRun as error:
        raise NoRun(error.found, f"{OTHER_FOLDER}.") from error
    except AnotherRun as error:
        raise AnotherRun(
            error.found, f"{OTHER_FOLDER}; --overwrite starts this run again."
        ) from error
    if history.epoch:
        say(f"Generate: {generate_command(run.folder, model)}")
        say(f"Report: {run.folder / REPORT}")


def commands_of(arguments: argparse.Namespace, model: "GenerativeModel") -> dict:
    """The command lines that a run goes on with, by what they do, for its report."""
    # `--overwrite`, which may be shortened, would start the run again.
    words = [
        word
        for word in arguments.command_line
        if not (word.startswith("--ov") and "--overwrite".startswith(word))
    ]
    resume = shlex.join(["keras-wavenet", *words])
    return {
        f"Resume a run that was stopped, in {Path.cwd()}": resume,
        "Generate audio with the best epoch": generate_command(arguments.out, model),
    }


def generate_command(folder: Path, model: "GenerativeModel") -> str:
    """The command line that generates with the best epoch of a run."""
    flags = condition_flags(model.architecture)
    return f"keras-wavenet generate {shlex.quote(str(folder))}{flags}"


def settings_of(arguments: argparse.Namespace) -> dict:
    """What identifies a run besides its model, its clips and its `RunConfig`."""
    return {
        **data_identity(arguments),
        **start_identity(arguments),
        "validation_split_name": arguments.validation_split_name,
        "pre_emphasis": arguments.pre_emphasis,
        "noise_shaping": arguments.noise_shaping,
    }


def prepare(arguments: argparse.Namespace, recorded: dict | None) -> tuple:
    """Make the model and open its data, and print a summary of it.

    Args:
        arguments: Of the command.
        recorded: Config of the model of the run that is resumed, if one is.

    Returns:
        The model, the training and the validation dataset (None without one).
    """
    from keras_wavenet import data

    maker = ModelMaker(arguments, recorded)
    model = maker.make()
    split, validation = arguments.validation_split_name, None
    if split != "none":
        validation = load_split(
            arguments, model, split, shuffle=False, source=maker.validation_source
        )
    train = load_split(
        arguments, model, arguments.train_split_name, shuffle=True, source=maker.source
    )
    say(data.summarize(train.source, train.window_length))
    if validation is not None:
        say(validation.source.report.summary())
    return model, train, validation
