"""Flags of the data: what audio to read, and how."""

import argparse
import dataclasses

from keras_wavenet.commands.argument_types import (
    address,
    natural_int,
    positive_float,
    positive_int,
)
from keras_wavenet.utils.paths import user_path


def add_source_arguments(parser: argparse.ArgumentParser, splits: bool = True) -> None:
    """Add what is to be known of a dataset, and of its splits: see `source_options`."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data-dir",
        type=address,
        metavar="FOLDER",
        help="where TensorFlow Datasets keeps its files",
    )
    if splits:
        group.add_argument(
            "--split-by",
            choices=("clip", "speaker"),
            default="clip",
            help="what to hold out where the data has no splits of its own "
            "(default: %(default)s)",
        )
    group.add_argument(
        "--key",
        action=KeysAction,
        type=key_and_feature,
        dest="keys",
        metavar="KEY=FEATURE",
        help="the feature of a TensorFlow dataset that holds the audio, speaker, "
        "label, transcript or clip_id, if not found by itself; may be repeated",
    )
    group.add_argument(
        "--stored-rate",
        type=positive_int,
        metavar="HZ",
        help="sample rate of a TensorFlow dataset that does not state it",
    )
    group.add_argument(
        "--high-pass",
        type=positive_float,
        metavar="HZ",
        help="filter out what lies below a frequency, such as 70: rumble, hum, a "
        "constant offset (default: nothing is)",
    )
    group.add_argument(
        "--normalize",
        metavar="KIND",
        help="bring each clip to one level by a gain of its own: peak (-0.1 dBFS), rms "
        "(-26 dBFS), or another one, such as rms:-23 (default: levels stay)",
    )


class KeysAction(argparse.Action):
    """Gathers the pairs of a repeated flag in a dict."""

    def __call__(self, parser, namespace, pair, option_string=None):
        known = getattr(namespace, self.dest) or {}
        setattr(namespace, self.dest, {**known, pair[0]: pair[1]})


def key_and_feature(text: str) -> tuple[str, str | None]:
    """`audio=speech` as a pair; nothing after the sign leaves the key out."""
    key, sign, feature = text.partition("=")
    if not sign or not key:
        raise argparse.ArgumentTypeError(
            f"must be KEY=FEATURE, such as audio=speech. Received: {text}"
        )
    return key, feature or None


def source_options(arguments: argparse.Namespace, split: str = "train"):
    """The `keras_wavenet.data.SourceOptions` of the flags, for one split."""
    from keras_wavenet.data import SourceOptions

    return SourceOptions(
        split=split,
        split_by=getattr(arguments, "split_by", "clip"),
        data_dir=arguments.data_dir,
        trim_silence=getattr(arguments, "trim_silence", None),
        keys=arguments.keys,
        stored_rate=arguments.stored_rate,
        high_pass=arguments.high_pass,
        normalize=arguments.normalize,
    )


def processing(arguments: argparse.Namespace) -> dict[str, str | float]:
    """How samples are processed by the flags of `add_source_arguments`, by name."""
    from keras_wavenet.data.origin import PROCESSING

    given = {name: getattr(arguments, name) for name in PROCESSING}
    return {name: value for name, value in given.items() if value is not None}


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the dataset and how its windows are read."""
    parser.add_argument(
        "data",
        nargs="?",
        default="spoken_prompts",
        metavar="DATA",
        help="a TensorFlow Datasets name, a folder of audio or a prepared dataset "
        "(default: %(default)s, which comes with the package)",
    )
    add_source_arguments(parser)
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--train-split-name",
        default="train",
        metavar="NAME",
        help="split to train on, or a slice of a TensorFlow dataset's, such as "
        "train[:95%%] (default: %(default)s)",
    )
    group.add_argument(
        "--trim-silence",
        type=float,
        metavar="DB",
        help="leave out the beginning and the end of a clip below this level, relative "
        "to its loudest part, such as -40 (default: nothing is left out)",
    )
    group.add_argument(
        "--local-dir",
        type=address,
        metavar="FOLDER",
        help="frames made elsewhere, for a model that is conditioned on frames: a "
        "file CLIP.npy, (frames, channels), for each clip, such as a/b.wav.npy",
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
        metavar="T",
        help="samples scored by a window, a multiple of the model's hop; its context "
        "comes on top (default: 8000, or the next multiple below)",
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


def load_split(
    arguments: argparse.Namespace, model, split: str, shuffle: bool, source=None
):
    """One split of the dataset, in windows for the model.

    Args:
        arguments: Parsed flags of `add_data_arguments`.
        model: A `WaveNet`.
        split: Name of the split.
        shuffle: As in `keras_wavenet.data.load`.
        source: The clips of the split, if they have been opened already.

    Returns:
        A dataset that the model's `fit` and `evaluate` take.
    """
    from keras_wavenet import data

    options = {
        "batch_size": arguments.batch_size,
        "window_length": arguments.window_length,
        "pipeline": arguments.pipeline,
        "shuffle": shuffle,
        "seed": arguments.seed,
        "local_dir": arguments.local_dir,
    }
    if source is not None:
        return data.WindowDataset(source, model.data_spec, **options)
    options.update(vars(source_options(arguments, split)))
    return data.load(arguments.data, spec=model.data_spec, **options)


def open_split(arguments: argparse.Namespace, sample_rate: int, split: str):
    """The clips of one split, as a `ClipSource` at this rate in Hz.

    Raises:
        ValueError: If the flags do not fit the data or each other.
    """
    from keras_wavenet import data

    if arguments.local_dir is not None and arguments.trim_silence is not None:
        raise ValueError(
            "--local-dir and --trim-silence do not go together: the frames cover "
            "whole clips. Trim the audio before the frames are made."
        )
    options = source_options(arguments, split)
    return data.find_origin(arguments.data, options).open_split(sample_rate)


def data_identity(arguments: argparse.Namespace) -> dict:
    """What identifies a run among the flags of `add_data_arguments`.

    Folders may be moved: the clips of the data, whose names and lengths the run
    records, identify it, and of frames only whether they come from files.
    """
    source = dataclasses.asdict(source_options(arguments, arguments.train_split_name))
    source["train_split_name"] = source.pop("split")
    del source["data_dir"]
    if not user_path(arguments.data).is_dir():
        source["data"] = arguments.data
    windows = {"batch_size": arguments.batch_size, "seed": arguments.seed}
    windows["local_dir"] = arguments.local_dir is not None
    if arguments.window_length is not None:  # else the run records the default one
        windows["window_length"] = arguments.window_length
    return {**source, **windows}
