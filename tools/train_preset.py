"""Train a preset with weights by its recipe, from new weights.

    python tools/train_preset.py wavenet_realtime prompts/ --out runs/a
    python tools/train_preset.py wavenet_realtime prompts/ --out runs/a --minutes 60

The second command stops after an hour; run again, it continues. After each epoch the
averaged weights are saved in float32 as `preset` in the folder of the run.
`describe_preset.py` measures them and writes the model card.
"""

import argparse
import time
from pathlib import Path

import keras
from recipes.clips import open_clips
from recipes.recipe import RECIPES

import keras_wavenet
from keras_wavenet import features
from keras_wavenet.data import WindowDataset
from keras_wavenet.training import Checkpoint, WeightAveraging, fit_steps
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.weight_averaging import averaged_weights

STEPS_PER_EPOCH = 500
VALIDATION_STEPS = 20
SEED = 0


def main():
    arguments = parse_arguments()
    recipe = RECIPES[arguments.preset]
    clips = open_clips(arguments.data)
    for role, source in clips.items():
        print(f"{role}: {source.report.summary()}")
    model = make_model(arguments.preset, recipe, clips["train"])
    options = {
        "spec": model.data_spec,
        "batch_size": recipe.batch_size,
        "window_length": recipe.window_length,
        "pipeline": "grain",
    }
    train = WindowDataset(clips["train"], **options)
    validation = WindowDataset(clips["validation"], **options, shuffle=False)
    model.compile(recipe.make_optimizer(), jit_compile=arguments.jit_compile)
    checkpoint = Checkpoint(arguments.out / "checkpoints", every=STEPS_PER_EPOCH)
    print(f"From step {checkpoint.restore(model)} of {recipe.steps}")
    limit = TimeLimit(arguments.minutes, checkpoint)
    fit_steps(
        model,
        train,
        recipe.steps,
        checkpoint,
        steps_per_epoch=STEPS_PER_EPOCH,
        validation_data=validation,
        validation_steps=VALIDATION_STEPS,
        callbacks=[
            WeightAveraging(),
            CSVLog(arguments.out / "log.csv"),
            LatestPreset(arguments.out / "preset"),
            limit,
        ],
        verbose=2,
    )
    print(f"Step {checkpoint.step} of {recipe.steps}: {arguments.out / 'preset'}")


def make_model(name, recipe, source):
    """Return the model of a recipe with new weights and features measured on clips."""
    architecture = dict(recipe.architecture)
    if "features" in architecture:
        made = features.get(architecture["features"])
        architecture["features"] = made.measured_on(source)
    keras.utils.set_random_seed(SEED)
    return keras_wavenet.WaveNet(**architecture, dtype=recipe.dtype, name=name)


class LatestPreset(keras.callbacks.Callback):
    """Write the averaged weights as a float32 preset after each epoch."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch, logs=None):
        config = {**self.model.get_config(), "dtype": "float32"}
        preset = type(self.model).from_config(config)
        with averaged_weights(self.model):
            preset.set_weights(self.model.get_weights())
        preset.save_to_preset(self.folder)


class TimeLimit(keras.callbacks.Callback):
    """Stop after some minutes, with a checkpoint; `None` for no limit."""

    def __init__(self, minutes, checkpoint):
        super().__init__()
        self.end = None if minutes is None else time.monotonic() + 60 * minutes
        self.checkpoint = checkpoint

    def on_train_batch_end(self, batch, logs=None):
        if self.end is not None and time.monotonic() > self.end:
            self.checkpoint.save()
            self.model.stop_training = True


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("preset", choices=sorted(RECIPES))
    parser.add_argument("data", help="a folder of recordings, or a tfds dataset")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, help="stop after this time")
    parser.add_argument(
        "--jit-compile",
        action=argparse.BooleanOptionalAction,
        default="auto",
        help="as in `keras.Model.compile`",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
