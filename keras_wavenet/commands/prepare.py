"""Turn audio into a dataset that is read without decoding or resampling.

A folder of audio files, or a tfds dataset, becomes a tfds dataset of int16 samples at
one rate: resampled once, split once, with a report of what was found and of each file
that can't be used. Whatever stops it, the same command continues after the last file
that is complete. Workers of Apache Beam make the same dataset on several machines."""

import argparse
import contextlib
import sys
from collections.abc import Mapping
from typing import Any

from keras_wavenet.commands.argument_types import (
    file_path,
    positive_float,
    positive_int,
)
from keras_wavenet.commands.data_arguments import (
    add_source_arguments,
    processing,
    source_options,
)
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.utils.folder_lock import locked
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.terminal import say

HELP = "turn a folder of audio into a dataset that is quick to read"
USAGE = "DATA --out FOLDER [options]"
EPILOG = """\
examples:
  keras-wavenet prepare recordings/ --out recordings_16k
  keras-wavenet prepare recordings/ --out recordings_24k --sample-rate 24000
  keras-wavenet prepare vctk/mic1 --out vctk_16k --split-by speaker
  keras-wavenet prepare recordings/ --out recordings_16k --runner DirectRunner \\
      --runner-option direct_num_workers=4 \\
      --runner-option direct_running_mode=multi_processing
  keras-wavenet train recordings_16k/

tfds reads the folder with tfds.builder_from_directory, grain its shards, both without
TensorFlow. A long recording is stored in parts: `id`, `part` and `parts` name them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data", metavar="DATA", help="a folder of audio or a TensorFlow Datasets name"
    )
    parser.add_argument(
        "--out",
        type=file_path,
        required=True,
        metavar="FOLDER",
        help="the folder of the new dataset",
    )
    parser.add_argument(
        "--sample-rate",
        type=positive_int,
        default=16000,
        metavar="HZ",
        help="what to resample to (default: %(default)s)",
    )
    parser.add_argument(
        "--name", help="of the dataset in tfds (default: that of the folder)"
    )
    parser.add_argument(
        "--shard-size",
        type=positive_float,
        metavar="MB",
        help="size of a file, the part that is written again after a stop (default: "
        "32, or more for at most 200 files a split)",
    )
    parser.add_argument(
        "--runner",
        metavar="NAME",
        help="runner of Apache Beam whose workers write the files, such as "
        "DirectRunner (default: this process)",
    )
    parser.add_argument(
        "--runner-option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="option of the runner, such as direct_num_workers=4; may be repeated",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a dataset that was prepared from other audio or otherwise",
    )
    add_source_arguments(parser)


def run(arguments: argparse.Namespace) -> None:
    """Prepares a dataset and prints the report."""
    from keras_wavenet.data import find_origin, prepare
    from keras_wavenet.data.prepared.folder import check_folder
    from keras_wavenet.data.prepared.layout import check_names, default_name

    check_writable(arguments.out)
    check_folder(arguments.out)
    name = default_name(arguments.out) if arguments.name is None else arguments.name
    check_names(name)
    origin = find_origin(arguments.data, source_options(arguments))
    splits = origin.open_splits(arguments.sample_rate)
    interruption = Interruption()
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        with (
            locked(arguments.out),
            # A runner calls nothing that could check: signals act at once.
            interruption if arguments.runner is None else contextlib.nullcontext(),
            progress_bar(splits) as bar,
        ):

            def watch(clips: int, seconds: float) -> None:
                bar.set_postfix_str(f"{clips:,} clips", refresh=False)
                bar.update(seconds - bar.n)
                interruption.check()

            report = prepare(
                splits,
                arguments.out,
                name=name,
                shard_bytes=shard_bytes(arguments.shard_size),
                overwrite=arguments.overwrite,
                description=origin.notices(),
                watch=watch,
                beam_runner=arguments.runner,
                beam_options=[f"--{option}" for option in arguments.runner_option],
                settings={
                    "split_by": arguments.split_by,
                    **origin.processing,
                    **processing(arguments),
                },
            )
    except KeyboardInterrupt:
        say(
            f"Stopped; what {arguments.out} holds is kept. "
            "Run the same command again to continue.",
            file=sys.stderr,
        )
        raise
    say(report.rstrip("\n"))
    names = ""
    if "train" not in splits:
        names += f" --train-split-name {next(iter(splits))}"
    if "validation" not in splits:
        names += " --validation-split-name none"
    say(
        f"\nPrepared {arguments.out}. Train on it: "
        f"keras-wavenet train {arguments.out}{names}"
    )


def progress_bar(splits: Mapping[str, Any]) -> Any:
    """Returns a tqdm bar in seconds of audio; drawn on stderr, if it is a terminal.

    Args:
        splits: The `ClipSource` of each split.
    """
    from tqdm import tqdm

    total = sum(source.report.seconds for source in splits.values())
    numbers = "{n:.0f} of {total:.0f} s of audio, {elapsed}<{remaining}{postfix}"
    bar_format = "{l_bar}{bar}| " + numbers
    return tqdm(total=total, bar_format=bar_format, disable=None, leave=False)


def shard_bytes(megabytes: float | None) -> int | None:
    """Returns the bytes of a shard; None if no size is given."""
    return None if megabytes is None else max(1, round(megabytes * 1e6))
