"""Make a preset of the checkpoint of another WaveNet.

The family is found by the names of the arrays, sizes by their shapes. What went where
is printed; what is left over or missing is an error."""

import argparse

from keras_wavenet.commands.argument_types import file_path, positive_int
from keras_wavenet.commands.model_arguments import parse_integers
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.config import STARTS
from keras_wavenet.utils.terminal import say

HELP = "make a preset of a checkpoint of another WaveNet"
USAGE = "CHECKPOINT --out PRESET [options]"
EPILOG = """\
examples:
  keras-wavenet convert model.ckpt-99999 --out voice --hparams wavenet_params.json
  keras-wavenet convert checkpoint_ema.pth --out voice --hparams hparams.json
  keras-wavenet convert state_dict.pth --out voice --dilations 1..512x3
  keras-wavenet generate voice

The families are described in docs/converting.md. Files of PyTorch must hold state
dicts: nothing in a file is executed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "checkpoint",
        type=file_path,
        metavar="CHECKPOINT",
        help="a file of PyTorch, or the prefix, such as model.ckpt-99999, or folder of "
        "one of TensorFlow",
    )
    parser.add_argument(
        "--out",
        type=file_path,
        required=True,
        metavar="PRESET",
        help="the folder of the new preset",
    )
    parser.add_argument(
        "--family", help="what the checkpoint is of (default: what its names tell)"
    )
    parser.add_argument(
        "--hparams",
        type=file_path,
        metavar="FILE",
        help="the settings of the network, a JSON object with the project's own names",
    )
    parser.add_argument(
        "--dilations", help="dilation of each layer: 1,2,4,8 or 1..512x5"
    )
    parser.add_argument(
        "--sample-rate", type=positive_int, metavar="HZ", help="of the audio"
    )
    parser.add_argument(
        "--start",
        choices=STARTS,
        help="context before a clip (default: that of the project's training)",
    )
    parser.add_argument(
        "--averaged",
        action=argparse.BooleanOptionalAction,
        help="take the moving averages of the weights, or their last values, of a "
        "checkpoint that holds both (default: as the project generates)",
    )
    parser.add_argument(
        "--license", help="license of the weights, kept in the preset's metadata"
    )


def run(arguments: argparse.Namespace) -> None:
    """Converts, saves, and prints what went where."""
    from keras_wavenet.converters import convert

    check_writable(arguments.out)
    dilations = arguments.dilations
    if dilations is not None:
        dilations = parse_integers("--dilations", dilations)
    conversion = convert(
        arguments.checkpoint,
        arguments.family,
        arguments.hparams,
        dilations=dilations,
        sample_rate=arguments.sample_rate,
        start=arguments.start,
        averaged=arguments.averaged,
    )
    conversion.model.save_to_preset(
        arguments.out,
        description=f"Converted from a checkpoint of {conversion.family.project}.",
        license=arguments.license,
    )
    say(conversion.table())
    for note in conversion.notes:
        say(f"note: {note}")
    model = conversion.model
    say(
        f"\nConverted {conversion.family.project} to {arguments.out}: "
        f"{model.count_params():,} weights, receptive field of "
        f"{model.receptive_field:,} samples at {model.sample_rate:,} Hz."
    )
