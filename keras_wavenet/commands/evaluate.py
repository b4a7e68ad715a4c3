"""Score a model on a dataset: each sample once, given all that its model can hear.

Prints the bits per sample beside those of two yardsticks that any model should beat."""

import argparse
import math
import sys
import time

from keras_wavenet.commands.data_arguments import add_data_arguments, load_split
from keras_wavenet.commands.model_arguments import (
    add_dtype_argument,
    add_preset_argument,
    load_model,
)

HELP = "score a model on a dataset"
USAGE = "[PRESET] [DATA] [options]"
EPILOG = """\
examples:
  keras-wavenet evaluate
  keras-wavenet evaluate my_voice recordings/ --split test
  keras-wavenet evaluate wavenet_tiny ljspeech

Fewer bits per sample are better; 8 is what a uniform guess among 256 codes costs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser)
    add_data_arguments(parser)
    parser.add_argument(
        "--split",
        default="validation",
        help="what to score; the yardsticks are counted on the split train "
        "(default: %(default)s)",
    )
    add_dtype_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Evaluate and print."""
    model = load_model(arguments)
    scored = load_split(arguments, model, arguments.split, shuffle=False)
    print(scored.source.report)
    model.compile()
    started = time.perf_counter()
    scores = model.evaluate(
        scored, return_dict=True, verbose=1 if sys.stdout.isatty() else 0
    )
    seconds = time.perf_counter() - started
    samples = int(scored.source.lengths.sum())
    bits = scores["bits_per_sample"]  # exact; Keras' loss is a mean over batches
    print(
        f"{bits:.3f} bits per sample ({bits * math.log(2):.3f} nats), "
        f"{samples:,} samples scored once each"
    )
    print_yardstick(arguments, model, scored.source)
    print(f"{samples / seconds:,.0f} samples/s, compiling included")


def print_yardstick(arguments: argparse.Namespace, model, scored) -> None:
    """Print what two simple predictors, counted on the split train, would score."""
    from keras_wavenet import data
    from keras_wavenet.training import measure_yardstick

    try:
        train = data.open_source(
            arguments.data, "train", model.sample_rate, arguments.data_dir
        )
    except ValueError as error:  # not every dataset has such a split
        print(f"No yardstick: {error}")
        return
    print(f"Yardstick, {measure_yardstick(train, scored, model.distribution.levels)}")
