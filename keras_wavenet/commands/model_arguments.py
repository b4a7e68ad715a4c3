"""Flags that carry the names of `WaveNet`'s arguments, and change a preset's."""

import argparse
import re

PLAIN_ARGUMENTS = (
    ("residual_channels", int, "channels of the residual stream"),
    ("dilation_channels", int, "channels of each block's filter and gate"),
    ("skip_channels", int, "channels of the skip sum"),
    ("post_channels", int, "channels between the last two products"),
    ("kernel_size", int, "taps of each dilated convolution"),
    ("initial_kernel_size", int, "taps of the first convolution"),
    ("distribution", str, "what the outputs mean"),
    ("dropout", float, "share of each dilated convolution's inputs dropped"),
    ("sample_rate", int, "Hz of the audio"),
)


def add_preset_argument(parser: argparse.ArgumentParser) -> None:
    """Add the positional argument of the commands that use a trained model."""
    parser.add_argument(
        "preset",
        nargs="?",
        default="wavenet_tiny",
        metavar="PRESET",
        help="a built-in name (see `keras-wavenet presets`) or a preset folder "
        "(default: %(default)s)",
    )


def add_dtype_argument(parser: argparse.ArgumentParser) -> None:
    """Add the dtype policy, which no preset fixes."""
    parser.add_argument(
        "--dtype", help="Keras dtype policy, such as float32 or mixed_bfloat16"
    )


def load_model(arguments: argparse.Namespace):
    """The trained model that the preset and dtype flags ask for."""
    from keras_wavenet import WaveNet

    overrides = {} if arguments.dtype is None else {"dtype": arguments.dtype}
    return WaveNet.from_preset(arguments.preset, **overrides)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add one flag for each argument of the constructor."""
    group = parser.add_argument_group(
        "architecture", "what to change of the preset; the words are WaveNet's own"
    )
    group.add_argument(
        "--dilations",
        metavar="LIST",
        help="dilation of each block: 1,2,4,8 or 1..512x5 (doubling, five times)",
    )
    for name, kind, text in PLAIN_ARGUMENTS:
        flag = "--" + name.replace("_", "-")
        group.add_argument(flag, type=kind, metavar=kind.__name__.upper(), help=text)
    group.add_argument(
        "--use-bias", action=argparse.BooleanOptionalAction, help="biases or none"
    )
    add_dtype_argument(group)


def model_overrides(arguments: argparse.Namespace) -> dict:
    """The constructor's arguments that were given as flags."""
    names = [name for name, _, _ in PLAIN_ARGUMENTS] + ["use_bias", "dtype"]
    given = {name: getattr(arguments, name) for name in names}
    if arguments.dilations is not None:
        given["dilations"] = parse_dilations(arguments.dilations)
    return {name: value for name, value in given.items() if value is not None}


def parse_dilations(text: str) -> list[int]:
    """Read `1,2,4,8` or `1..512x5`, or several of these with commas between.

    Raises:
        ValueError: If the text is neither.
    """
    from keras_wavenet import doubling_dilations

    dilations = []
    for part in text.split(","):
        doubling = re.fullmatch(r"1\.\.(\d+)(?:x(\d+))?", part.strip())
        try:
            if doubling:
                largest, cycles = doubling.groups(default="1")
                dilations += doubling_dilations(int(largest), cycles=int(cycles))
            else:
                dilations.append(int(part))
        except ValueError as error:
            raise ValueError(
                "--dilations must be a list such as 1,2,4,8 or doubling cycles such "
                f"as 1..512x5. Received: {text}"
            ) from error
    return dilations
