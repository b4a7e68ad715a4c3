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
        help="for so long, going on from the first second of the first validation "
        "clip; a model that is told frames says that clip again (default: %(default)s)",
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


def check_callback_arguments(arguments: argparse.Namespace) -> None:
    """Refuse flags that contradict each other, before any data is read.

    Raises:
        ValueError: If --histograms was given and there is no TensorBoard to show them.
    """
    wanted = arguments.tensorboard
    if wanted is None:
        wanted = is_installed("tensorboardX")
    if arguments.histograms and not wanted:
        raise ValueError(
            "--histograms are for TensorBoard: give --tensorboard, and install it with "
            "pip install 'keras-wavenet[logs]'."
        )


def make_callbacks(
    arguments: argparse.Namespace, train, validation, folder: Path
) -> list:
    """The callbacks of a run that only look and tell.

    Pictures and TensorBoard are left out, with a line that says so, where their
    libraries are not installed, unless a flag asks for them.

    Args:
        arguments: Parsed flags of `add_callback_arguments`.
        train: Training dataset of `keras_wavenet.data`.
        validation: Validation dataset, or None.
        folder: Of the run; gets `log.csv`, `run.png`, `samples/` and `tensorboard/`.

    Returns:
        Keras callbacks, in the order in which `fit` should have them.

    Raises:
        ImportError: If --tensorboard was given and tensorboardX is not installed.
    """
    from keras_wavenet.training import BaselineCallback, StopAtNaN
    from keras_wavenet.training.monitoring.audio_samples import AudioSamples
    from keras_wavenet.training.monitoring.csv_log import CSVLog
    from keras_wavenet.training.monitoring.pictures import RunPicture
    from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog

    pictures = is_installed("matplotlib") or say_missing("pictures", "plots")
    measured = BaselineCallback(train, validation)
    log = CSVLog(folder / "log.csv")
    callbacks = [StopAtNaN(), measured, log]
    if pictures:
        callbacks.append(RunPicture(folder / "run.png", log.path, measured))
    board = None
    if wants_tensorboard(arguments):
        board = TensorBoardLog(
            folder / "tensorboard",
            histograms=arguments.histograms,
            measured=measured,
        )
    if arguments.sample_every:
        samples = AudioSamples(
            folder / "samples",
            every=arguments.sample_every,
            picture=pictures,
            tensorboard=board,
            **sample_options(train, validation, arguments.sample_seconds),
        )
        callbacks.append(samples)
    return callbacks if board is None else [*callbacks, board]


def wants_tensorboard(arguments: argparse.Namespace) -> bool:
    """Whether to write for TensorBoard."""
    wanted = arguments.tensorboard
    if wanted is None:
        wanted = is_installed("tensorboardX") or say_missing("TensorBoard", "logs")
    return wanted


def say_missing(what: str, extra: str) -> bool:
    """Print how to get what a run goes on without; returns False."""
    print(f"No {what}: that takes pip install 'keras-wavenet[{extra}]'")
    return False


def sample_options(train, validation, seconds: float) -> dict:
    """What audio samples of a run are to be: arguments of `AudioSamples`.

    The model goes on from the first second of the first validation clip; a conditioned
    one is told what that clip is told. One that is told frames says that clip again
    from its start, not longer than it is. Without a validation split, the conditions
    are those of the first training clip.
    """
    scored = train if validation is None else validation
    source = scored.source
    length = min(round(seconds * source.sample_rate), int(source.lengths[0]))
    conditions = first_conditions(scored, max(length, 1))
    if "local" in conditions:
        return {"seconds": length / source.sample_rate, "conditions": conditions}
    options = {"seconds": seconds, "conditions": conditions, "prime": None}
    if validation is not None:
        heard = min(PRIME_SECONDS * source.sample_rate, int(source.lengths[0]))
        options["prime"] = source.read(0, 0, heard)
    return options


def first_conditions(dataset, samples: int) -> dict:
    """What a model is told of the first samples of the first clip, in one stream."""
    from keras_wavenet.data import WindowDataset

    spec = dataset.spec
    if not spec.conditions:
        return {}
    first = WindowDataset(
        dataset.source.select([0], "the first clip"),
        spec,
        batch_size=1,
        window_length=-(-samples // spec.hop) * spec.hop,
        shuffle=False,
        pipeline=dataset.pipeline,
        local_dir=dataset.local_dir,
    )
    inputs, _, _ = next(iter(first))
    names = [*spec.conditions, "local_context"]
    return {name: inputs[name] for name in names if name in inputs}
