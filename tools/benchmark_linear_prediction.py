"""Benchmark of linear prediction: the same network with and without it, for minutes.

    python tools/benchmark_linear_prediction.py                      five minutes each
    python tools/benchmark_linear_prediction.py --minutes 20 --data recordings/

Both networks are trained on the same windows, interleaved in one process, until each
has had the given minutes of processor time. Then they resynthesize the validation clips
of `spoken_prompts`, which are not in the training data, and the results are measured.
"""

import argparse
import json
import time
from pathlib import Path

import keras
from recipes.clips import SAMPLE_RATE, open_clips
from recipes.recipe import Recipe, vocoder

import keras_wavenet
from keras_wavenet import data, evaluation, features
from keras_wavenet.data import WindowDataset
from keras_wavenet.training.weight_averaging import averaged_weights

STEPS_PER_TURN = 20
SAMPLES_PER_MINUTE = 2_000_000  # of one core, about; sets the length of the schedule
NETWORKS = {
    "with linear prediction": {},
    "without": {"linear_prediction": None, "input_encoding": "codes"},
}


def main():
    arguments = parse_arguments()
    clips = open_clips(arguments.data)["train"]
    measured = features.get("mel_16k").measured_on(clips)
    runs = [
        Run(name, changes, clips, measured, arguments.minutes)
        for name, changes in NETWORKS.items()
    ]
    while not all(run.is_done for run in runs):
        for run in runs:
            run.train_turn()
    figures = {run.name: run.measure() for run in runs}
    print_figures(figures)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


class Run:
    """The training of one network."""

    def __init__(self, name, changes, clips, measured, minutes):
        self.name, self.limit = name, 60 * minutes
        self.seconds = self.steps = 0
        steps = round(minutes * SAMPLES_PER_MINUTE / (8 * 1600))
        architecture = {**vocoder(32, 64), "features": measured, **changes}
        self.recipe = Recipe(architecture, steps=steps, averaging=0.995)
        keras.utils.set_random_seed(0)
        self.model = keras_wavenet.WaveNet(**architecture, dtype=self.recipe.dtype)
        self.model.compile(self.recipe.make_optimizer())
        batches = WindowDataset(
            clips,
            self.model.data_spec,
            batch_size=self.recipe.batch_size,
            window_length=self.recipe.window_length,
            pipeline="grain",
        ).batches
        self.batches = iter(batches)

    @property
    def is_done(self):
        return self.seconds >= self.limit

    def train_turn(self):
        """Train for `STEPS_PER_TURN` steps, or until the time limit."""
        for _ in range(STEPS_PER_TURN):
            if self.is_done:
                return
            x, y, weight = next(self.batches)
            started = time.process_time()
            self.model.train_on_batch(x, y, weight)
            self.seconds += time.process_time() - started
            self.steps += 1

    def measure(self):
        """Return medians over the validation clips, with the averaged weights."""
        config = {**self.model.get_config(), "dtype": "float32"}
        model = keras_wavenet.WaveNet.from_config(config)
        with averaged_weights(self.model):
            model.set_weights(self.model.get_weights())
        source = data.open_source("spoken_prompts", "validation", SAMPLE_RATE)
        rows, _ = evaluation.evaluate_vocoder(
            model,
            source,
            variants={
                "raw": {"match_frames": False},
                "frames matched": {"match_frames": True},
            },
            baselines=False,
        )
        medians = {
            variant: {name: found.median for name, found in metrics.items()}
            for variant, metrics in evaluation.summarize(rows).items()
        }
        samples = self.steps * self.recipe.batch_size * self.recipe.window_length
        return {"steps": self.steps, "samples": samples, **medians}


def print_figures(figures):
    """Print one line for each network and variant."""
    print(f"{'':24}{'':16}{'samples':>14}", *(f"{name:>8}" for name in METRICS))
    for name, found in figures.items():
        for variant in ("raw", "frames matched"):
            line = f"{name:24}{variant:16}{found['samples']:14,}"
            values = (found[variant].get(metric) for metric in METRICS.values())
            cells = ("" if value is None else f"{value:.3f}" for value in values)
            print(line, *(f"{cell:>8}" for cell in cells))


METRICS = {
    "PESQ": "pesq",
    "STOI": "stoi",
    "MCD dB": "mcd",
    "voicing": "voicing_error",
}


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data",
        default="spoken_prompts",
        help="a folder of recordings, or a tfds dataset (default: %(default)s)",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=5.0,
        help="time of each network (default: 5)",
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
