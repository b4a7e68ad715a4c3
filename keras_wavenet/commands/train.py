"""Train a model on audio and save it as a preset folder.

Starts from a preset's architecture, with new weights unless --load-weights is given.
Prints two yardsticks first: a model whose validation bits per sample stay above them
has learned nothing yet. The folder always holds the best epoch so far."""

import argparse
import math
import random
import sys
from pathlib import Path

from keras_wavenet.commands.argument_types import positive_int
from keras_wavenet.commands.data_arguments import add_data_arguments, load_split
from keras_wavenet.commands.interruption import Interruption
from keras_wavenet.commands.model_arguments import add_model_arguments, model_overrides
from keras_wavenet.commands.optimizer_arguments import (
    add_optimizer_arguments,
    make_optimizer,
)
from keras_wavenet.commands.output_file import check_writable

HELP = "train a model and save it as a preset"
USAGE = "[DATA] [options]"
EPILOG = """\
examples:
  keras-wavenet train                                     the speech that comes along
  keras-wavenet train recordings/ --out my_voice --epochs 50
  keras-wavenet train recordings/ --load-weights          go on from wavenet_tiny
  keras-wavenet train ljspeech --preset wavenet_speech --schedule halving
  keras-wavenet train --dilations 1..256x3 --skip-channels 128 --steps 500"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data_arguments(parser)
    parser.add_argument(
        "--validation-split-name",
        default="validation",
        metavar="NAME",
        help="split to score after each epoch, or none (default: %(default)s)",
    )
    parser.add_argument(
        "--preset",
        default="wavenet_tiny",
        metavar="PRESET",
        help="name or folder of the model to start from (default: %(default)s)",
    )
    parser.add_argument(
        "--load-weights",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="start from the preset's weights, not from new ones",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs",
        type=positive_int,
        default=10,
        help="passes over the data (default: %(default)s)",
    )
    length.add_argument("--steps", type=positive_int, help="batches in all, instead")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("trained_wavenet"),
        metavar="FOLDER",
        help="the preset to write (default: %(default)s)",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a preset that is there"
    )
    add_model_arguments(parser)
    add_optimizer_arguments(parser)


def run(arguments: argparse.Namespace) -> None:
    """Train, keeping the best epoch."""
    check_folder(arguments.out, arguments.overwrite)

    from keras_wavenet import WaveNet
    from keras_wavenet.commands.best_preset import BestPreset
    from keras_wavenet.commands.stop_at_step import StopAtStep
    from keras_wavenet.training import YardstickCallback

    random.seed(arguments.seed)  # Keras draws from here the seeds that nobody gave
    model = WaveNet.from_preset(
        arguments.preset,
        load_weights=arguments.load_weights,
        **model_overrides(arguments),
    )
    train = load_split(arguments, model, "train")
    validation = load_validation(arguments, model)
    print(train)
    steps = arguments.steps or arguments.epochs * train.steps_per_epoch
    model.compile(optimizer=make_optimizer(arguments, steps))
    monitor = "loss" if validation is None else "val_loss"
    best = BestPreset(arguments.out, monitor, licence_of_start(arguments))
    callbacks = [YardstickCallback(train, validation), best, StopAtStep(steps)]
    try:
        fit(model, train, validation, steps, callbacks)
    finally:
        print(best.summary())
    print(f"Listen to it: keras-wavenet generate {arguments.out}")


def fit(model, train, validation, steps: int, callbacks: list) -> None:
    """Run `model.fit`, which Ctrl-C ends between two steps."""
    import keras

    with Interruption() as interruption:

        def check(number, logs=None):
            interruption.check()

        checks = keras.callbacks.LambdaCallback(
            on_epoch_end=check, on_train_batch_end=check, on_test_batch_end=check
        )
        model.fit(
            train,
            validation_data=validation,
            epochs=math.ceil(steps / train.steps_per_epoch),
            steps_per_epoch=min(steps, train.steps_per_epoch),
            callbacks=[*callbacks, checks],
            verbose=1 if sys.stdout.isatty() else 2,
        )


def check_folder(folder: Path, overwrite: bool) -> None:
    """Refuse to write over anything but a preset, and over that without being told.

    Raises:
        FileExistsError: If the folder holds something that is to be kept.
        NotADirectoryError: If the path is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--out must name a folder, {folder} is a file.")
    check_writable(folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / "config.json").is_file():
        raise FileExistsError(
            f"{folder} holds files and is not a preset. Name another --out folder."
        )
    if not overwrite:
        raise FileExistsError(
            f"{folder} holds a preset already. Name another --out folder, or give "
            "--overwrite."
        )


def licence_of_start(arguments: argparse.Namespace) -> str | None:
    """The licence of the weights that the run starts from, if it starts from any."""
    from keras_wavenet import preset_io

    if not arguments.load_weights:
        return None
    return preset_io.read_metadata(preset_io.find(arguments.preset)).get("licence")


def load_validation(arguments: argparse.Namespace, model):
    """The split that is scored after each epoch, or None."""
    if arguments.validation_split_name == "none":
        return None
    return load_split(arguments, model, arguments.validation_split_name, shuffle=False)
