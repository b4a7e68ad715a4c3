"""Train a model on audio, in a folder that keeps all that the run needs and makes.

Starts from a preset's architecture, with new weights unless --load-weights is given.
Prints two baselines first: a model whose validation bits per sample stay above them
has learned nothing yet.

The folder holds `best`, the preset of the best epoch so far, `last`, that of the newest
one, and checkpoints. Stopped in whatever way, the same command goes on from the newest
checkpoint as if it had not stopped; `keras-wavenet generate FOLDER` speaks with the
best epoch at any time."""

import argparse
import sys
from pathlib import Path

from keras_wavenet.commands.argument_types import positive_int
from keras_wavenet.commands.callback_arguments import (
    add_callback_arguments,
    check_callback_arguments,
    make_callbacks,
)
from keras_wavenet.commands.condition_arguments import add_condition_arguments
from keras_wavenet.commands.data_arguments import add_data_arguments, load_split
from keras_wavenet.commands.filter_arguments import add_filter_arguments
from keras_wavenet.commands.model_arguments import add_model_arguments
from keras_wavenet.commands.model_for_data import ModelMaker, add_start_arguments
from keras_wavenet.commands.model_words import flags_to_tell
from keras_wavenet.commands.optimizer_arguments import (
    add_optimizer_arguments,
    make_optimizer,
    schedule_depends_on_length,
)
from keras_wavenet.utils.interruption import Interruption

HELP = "train a model, and go on with a run that was stopped"
USAGE = "[DATA] [options]"
EPILOG = """\
examples:
  keras-wavenet train                                     the speech that comes along
  keras-wavenet train recordings/ --out my_voice --epochs 50
  keras-wavenet train recordings/ --out my_voice --epochs 50    again: goes on with it
  keras-wavenet train recordings/ --load-weights          go on from wavenet_tiny
  keras-wavenet train ljspeech --preset wavenet_speech --schedule halving
  keras-wavenet train --dilations 1..256x3 --skip-channels 128 --steps 500
  keras-wavenet train vctk/ --speakers --out voices             a voice for each speaker
  keras-wavenet train recordings/ --features mel_16k --out vocoder   what to say, too
  keras-wavenet train --distribution logistic_mixture           16-bit samples
  keras-wavenet train --features mel_16k --noise-shaping 0.5       less audible noise"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data_arguments(parser)
    add_start_arguments(parser)
    add_length_arguments(parser)
    add_folder_arguments(parser)
    add_callback_arguments(parser)
    add_model_arguments(parser)
    add_condition_arguments(parser)
    add_filter_arguments(parser)
    add_optimizer_arguments(parser)


def add_length_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how long to train, how often to validate, and what to keep meanwhile."""
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
        "--steps-per-epoch",
        type=positive_int,
        metavar="STEPS",
        help="validate after so many batches, which are an epoch then "
        "(default: a pass over the data)",
    )
    group.add_argument(
        "--validation-split-name",
        default="validation",
        metavar="NAME",
        help="split to score after each epoch, or none (default: %(default)s)",
    )
    group.add_argument(
        "--validation-steps",
        type=positive_int,
        metavar="STEPS",
        help="batches of it to score (default: all)",
    )
    group = parser.add_argument_group("speed and memory")
    group.add_argument(
        "--jit-compile",
        action=argparse.BooleanOptionalAction,
        help="whether training steps are compiled, as in `keras.Model.compile` "
        "(default: what suits the backend; on PyTorch with a CPU, in long runs)",
    )
    group.add_argument(
        "--rematerialize",
        action="store_true",
        help="keep less of a step and compute it again for the gradient, so that "
        "windows may be longer",
    )


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the run lies."""
    group = parser.add_argument_group("folder")
    group.add_argument(
        "--dry-run",
        action="store_true",
        help="look at the data, measure what the run will cost, and write nothing",
    )
    group.add_argument(
        "--out",
        type=Path,
        default=Path("trained_wavenet"),
        metavar="FOLDER",
        help="the folder of the run; one that is there goes on (default: %(default)s)",
    )
    group.add_argument(
        "--overwrite",
        action="store_true",
        help="delete a run that is there, and start anew",
    )
    group.add_argument(
        "--save-every",
        type=positive_int,
        default=500,
        metavar="STEPS",
        help="steps from one checkpoint to the next; the end of an epoch and an "
        "interruption make one too (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Train, from the start or from where the run in the folder has got to."""
    from keras_wavenet.commands.dry_run import print_estimate
    from keras_wavenet.commands.run_folder import RunFolder
    from keras_wavenet.commands.run_settings import settings_of

    check_callback_arguments(arguments)
    make_optimizer(arguments, steps=1)  # flags that don't go together say so now
    if arguments.dry_run:
        print_estimate(*prepare_run(arguments), arguments.out)
        return
    folder = RunFolder(arguments.out)
    with folder.opened():
        folder.check(settings_of(arguments), arguments.overwrite)
        train_in(folder, arguments)


def train_in(folder, arguments: argparse.Namespace) -> None:
    """Build all that the run needs, and go on with it.

    Args:
        folder: An opened `RunFolder`, which holds no other run.
        arguments: Of the command.
    """
    from keras_wavenet.commands.best_preset import BestPreset
    from keras_wavenet.commands.last_preset import LastPreset
    from keras_wavenet.commands.run_settings import record_of
    from keras_wavenet.training import Checkpoint, WeightAveraging

    recorded = None if arguments.overwrite else folder.recorded_model()
    model, train, validation, steps = prepare_run(arguments, recorded)
    steps_per_epoch = arguments.steps_per_epoch or len(train)
    folder.begin(
        record_of(arguments, model, train, validation, steps),
        arguments.overwrite,
        fixed_length=schedule_depends_on_length(arguments),
    )
    license = license_of_start(arguments)
    monitor = "loss" if validation is None else "val_loss"
    best = BestPreset(folder.best, monitor, license)
    checkpoint = Checkpoint(
        folder.checkpoints, arguments.save_every, states={"best": best}
    )
    step = checkpoint.restore(model)
    if step == 0:
        folder.check_unused()
    if not is_to_go_on(step, steps, folder.path):
        return
    callbacks = [] if arguments.weight_averaging is None else [WeightAveraging()]
    callbacks += make_callbacks(arguments, train, validation, folder.path)
    callbacks += [best, LastPreset(folder.last, license)]
    fit(
        model,
        train,
        steps,
        checkpoint,
        steps_per_epoch=steps_per_epoch,
        validation_data=validation,
        validation_steps=arguments.validation_steps,
        callbacks=callbacks,
    )
    print(best.summary())
    print(f"Listen to it: keras-wavenet generate {folder.path}{flags_to_tell(model)}")


def prepare_run(arguments: argparse.Namespace, recorded: dict | None = None) -> tuple:
    """Make the model and open its data, with a look at it.

    Args:
        arguments: Of the command.
        recorded: Arguments of the model of the run that goes on, if one does.

    Returns:
        The compiled model, the training and the validation dataset (None without one),
        and the length of the run in steps.
    """
    from keras_wavenet import data

    maker = ModelMaker(arguments, recorded)
    model = maker.make()
    validation = load_validation(arguments, model, maker.validation_source)
    train = load_split(
        arguments, model, arguments.train_split_name, shuffle=True, source=maker.source
    )
    print(data.summarize(train.source, train.window_length))
    if validation is not None:
        print(validation.source.report.summary())
    steps_per_epoch = arguments.steps_per_epoch or len(train)
    steps = arguments.steps or arguments.epochs * steps_per_epoch
    optimizer = make_optimizer(arguments, steps)
    samples = steps * train.batch_size * train.window_length
    model.compile(
        optimizer,
        rematerialize=arguments.rematerialize,
        jit_compile=choose_jit_compile(arguments, model, samples),
    )
    return model, train, validation, steps


def choose_jit_compile(arguments: argparse.Namespace, model, samples: int):
    """The `jit_compile` of a run that scores so many samples."""
    from keras_wavenet import backend_defaults

    if arguments.jit_compile is not None:
        return arguments.jit_compile
    if arguments.rematerialize or model.architecture.dropout:
        return "auto"
    return backend_defaults.jit_compile_for(samples * model.multiply_adds_per_sample)


def is_to_go_on(step: int, steps: int, folder: Path) -> bool:
    """Say where a run stands, and whether anything of it is left to do."""
    if step >= steps:
        print(
            f"The run in {folder} is complete: it has had {step} steps. More --steps "
            "or --epochs go on with it, --overwrite starts it anew."
        )
        return False
    if step:
        print(f"Going on with the run in {folder} from step {step} of {steps}.")
    return True


def fit(model, train, steps, checkpoint, callbacks, **options) -> None:
    """Run `fit_steps`, which Ctrl-C and SIGTERM end between two steps, saved."""
    import keras

    from keras_wavenet.training import fit_steps

    with Interruption() as interruption:

        def check(number, logs=None):
            if interruption.asked_for:
                checkpoint.save()
                interruption.check()

        checks = keras.callbacks.LambdaCallback(
            on_epoch_end=check, on_train_batch_end=check, on_test_batch_end=check
        )
        try:
            fit_steps(
                model,
                train,
                steps,
                checkpoint,
                callbacks=[*callbacks, checkpoint, checks],  # it has counted by then
                verbose=1 if sys.stdout.isatty() else 2,
                **options,
            )
        except KeyboardInterrupt:
            print(describe_stop(checkpoint))
            raise


def describe_stop(checkpoint) -> str:
    """What an interrupted run has kept, in one line."""
    if checkpoint.saved_step is None:
        return "Stopped before there was anything to save."
    return f"Saved step {checkpoint.saved_step}; the same command goes on from there."


def license_of_start(arguments: argparse.Namespace) -> str | None:
    """The license of the weights that the run starts from, if it starts from any."""
    from keras_wavenet import preset_io, preset_places

    if not arguments.load_weights:
        return None
    return preset_io.read_metadata(preset_places.find(arguments.preset)).get("license")


def load_validation(arguments: argparse.Namespace, model, source=None):
    """The split that is scored after each epoch, or None; `source`, its open clips."""
    split = arguments.validation_split_name
    if split == "none":
        return None
    return load_split(arguments, model, split, shuffle=False, source=source)
