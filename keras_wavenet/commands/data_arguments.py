"""Flags that say what audio to read, and how."""

import argparse

from keras_wavenet.commands.argument_types import natural_int, positive_int


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the dataset and how its windows are read."""
    parser.add_argument(
        "data",
        nargs="?",
        default="spoken_prompts",
        metavar="DATA",
        help="a TensorFlow Datasets name or a folder of audio (default: %(default)s, "
        "which comes with the package)",
    )
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--split-by",
        choices=("clip", "speaker"),
        default="clip",
        help="what to hold out where the data has no splits of its own "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--data-dir", metavar="FOLDER", help="where TensorFlow Datasets keeps its files"
    )
    group.add_argument(
        "--batch-size",
        type=positive_int,
        default=8,
        metavar="B",
        help="windows in a batch (default: %(default)s)",
    )
    group.add_argument(
        "--window-length",
        type=positive_int,
        default=8000,
        metavar="T",
        help="samples scored by a window; its context comes on top "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--pipeline",
        choices=("auto", "tf.data", "grain"),
        default="auto",
        help="what reads ahead (default: %(default)s, what suits the backend)",
    )
    group.add_argument(
        "--seed",
        type=natural_int,
        default=0,
        help="of the order of the windows, and of new weights (default: %(default)s)",
    )


def load_split(arguments: argparse.Namespace, model, split: str, shuffle=None):
    """One split of the dataset, in the windows that the model hears.

    Args:
        arguments: Parsed flags of `add_data_arguments`.
        model: A `WaveNet`.
        split: Name of the split.
        shuffle: As in `keras_wavenet.data.load`.

    Returns:
        A dataset that the model's `fit` and `evaluate` take.
    """
    from keras_wavenet import data

    return data.load(
        arguments.data,
        split=split,
        split_by=arguments.split_by,
        spec=model.data_spec,
        batch_size=arguments.batch_size,
        window_length=arguments.window_length,
        pipeline=arguments.pipeline,
        shuffle=shuffle,
        seed=arguments.seed,
        data_dir=arguments.data_dir,
    )


def open_split(arguments: argparse.Namespace, sample_rate: int, split: str):
    """The clips of one split, as a `ClipSource` at this rate in Hz."""
    from keras_wavenet import data

    return data.open_source(
        arguments.data,
        split,
        sample_rate,
        arguments.data_dir,
        split_by=arguments.split_by,
    )
