"""Flags of what a training run tells of itself: pictures, sounds, TensorBoard."""

import argparse
from pathlib import Path

from keras_wavenet.commands.argument_types import natural_int, positive_float
from keras_wavenet.commands.backend_choice import is_installed

# They change what is seen of a run, and nothing of the run.
NAMES = ("sample_every", "sample_seconds", "tensorboard", "histograms")
PRIME_SECONDS = 1  # from silence, a young model would mostly keep still


def add_callback_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `make_callbacks` reads."""
    group = parser.add_argument_group("looking and listening")
    group.add_argument(
        "--sample-every",
        type=natural_int,
        default=2000,
        metavar="STEPS",
        help="let the model speak after so many steps, and at the end, to a wav file "
        "and a picture; 0 never (default: %(default)s)",
    )
    group.add_argument(
        "--sample-seconds",
        type=positive_float,
        default=2.0,
        metavar="S",
        help="for so long, going on from the first second of the first validation clip "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--tensorboard",
        action=argparse.BooleanOptionalAction,
        help="write for TensorBoard (default: if tensorboardX is installed)",
    )
    group.add_argument(
        "--histograms",
        action="store_true",
        help="and there the distribution of each weight after each epoch",
    )


def make_callbacks(
    arguments: argparse.Namespace,
    train,
    validation,
    folder: Path,
    step: int = 0,
    steps_per_epoch: int | None = None,
) -> list:
    """The callbacks of a run that only look and tell.

    Pictures and TensorBoard are left out, with a line that says so, where their
    libraries are not installed, unless a flag asks for them.

    Args:
        arguments: Parsed flags of `add_callback_arguments`.
        train: Training dataset of `keras_wavenet.data`.
        validation: Validation dataset, or None.
        folder: Of the run; gets `log.csv`, `run.png`, `samples/` and `tensorboard/`.
        step: The step that the run goes on from.
        steps_per_epoch: None is one pass over the training data.

    Returns:
        Keras callbacks, in the order in which `fit` should have them.

    Raises:
        ImportError: If --tensorboard was given and tensorboardX is not installed.
        ValueError: If --histograms was given and there is no TensorBoard to show them.
    """
    from keras_wavenet.training import YardstickCallback
    from keras_wavenet.training.monitoring.audio_samples import AudioSamples
    from keras_wavenet.training.monitoring.csv_log import CSVLog
    from keras_wavenet.training.monitoring.run_picture import RunPicture
    from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog

    resumed = {
        "initial_step": step,
        "initial_epoch_step": step % (steps_per_epoch or len(train)),
    }
    pictures = is_installed("matplotlib") or say_missing("pictures", "plots")
    measured = YardstickCallback(train, validation, **resumed)
    log = CSVLog(folder / "log.csv", **resumed)
    callbacks = [measured, log]
    if pictures:
        callbacks.append(RunPicture(folder / "run.png", log.path, measured))
    board = None
    if wants_tensorboard(arguments):
        board = TensorBoardLog(
            folder / "tensorboard",
            histograms=arguments.histograms,
            measured=measured,
            **resumed,
        )
    if arguments.sample_every:
        samples = AudioSamples(
            folder / "samples",
            every=arguments.sample_every,
            seconds=arguments.sample_seconds,
            picture=pictures,
            tensorboard=board,
            initial_step=step,
            prime=read_prime(validation),
        )
        callbacks.append(samples)
    return callbacks if board is None else [*callbacks, board]


def wants_tensorboard(arguments: argparse.Namespace) -> bool:
    """Whether to write for TensorBoard."""
    wanted = arguments.tensorboard
    if wanted is None:
        wanted = is_installed("tensorboardX") or say_missing("TensorBoard", "logs")
    if arguments.histograms and not wanted:
        raise ValueError(
            "--histograms are for TensorBoard: give --tensorboard, and install it with "
            "pip install 'keras-wavenet[logs]'."
        )
    return wanted


def say_missing(what: str, extra: str) -> bool:
    """Print how to get what a run goes on without; returns False."""
    print(f"No {what}: that takes pip install 'keras-wavenet[{extra}]'")
    return False


def read_prime(validation):
    """The start of the first clip, `(samples,)`, or None without a dataset."""
    if validation is None:
        return None
    source = validation.source
    return source.read(0, 0, min(PRIME_SECONDS * source.sample_rate, source.lengths[0]))
