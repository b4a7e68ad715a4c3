"""Flags that carry the names of `WaveNet`'s arguments, and change a preset's."""

import argparse
import re

from keras_wavenet.arguments import WaveNetArguments

# These have a flag of the same name and kind; "none" is None.
FLAGS = {n: d for n, d in WaveNetArguments.descriptions().items() if d.flag}
DISTRIBUTION = (
    ("components", "curves of a mixture"),
    ("levels", "values of a sample that are told apart"),
)
# All that ends in the configuration of the model.
NAMES = ("dilations", "dtype", "distribution", *FLAGS, *dict(DISTRIBUTION))


def add_preset_argument(
    parser: argparse.ArgumentParser, default: str = "wavenet_tiny"
) -> None:
    """Add the positional argument of the commands that use a trained model."""
    parser.add_argument(
        "preset",
        nargs="?",
        default=default,
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

    check_speaks(arguments.preset)
    overrides = {} if arguments.dtype is None else {"dtype": arguments.dtype}
    return WaveNet.from_preset(arguments.preset, **overrides)


def check_speaks(preset: str) -> None:
    """Refuse a recognizer where a generative model is wanted.

    Raises:
        ValueError: If the preset is one, or is none at all.
    """
    from keras_wavenet import preset_io

    if preset_io.class_name(preset) == "Recognizer":
        raise ValueError(
            f"{preset} is a recognizer: it says which phone each frame of a recording "
            "belongs to, and no command trains or runs it. docs/recognition.md tells "
            "how to, in Python. `keras-wavenet presets` lists the models that speak."
        )


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
    group.add_argument(
        "--distribution",
        choices=("categorical", "logistic_mixture", "gaussian"),
        help="what the outputs mean: a probability for each mu-law code, or curves "
        "over the levels of 16-bit audio",
    )
    for name, text in DISTRIBUTION:
        group.add_argument(flag_of(name), type=int, metavar="N", help=text)
    for name, description in FLAGS.items():
        group.add_argument(flag_of(name), help=description.words, **_form(description))
    add_dtype_argument(group)


def _form(description) -> dict:
    """How `argparse` reads an argument of such a kind."""
    if description.kind is bool:
        return {"action": argparse.BooleanOptionalAction}
    if description.choices is not None:
        return {"choices": [choice or "none" for choice in description.choices]}
    kind = description.kind
    return {"type": kind, "metavar": kind.__name__.upper()}


def flag_of(name: str) -> str:
    """The flag of an argument."""
    return "--" + name.replace("_", "-")


def model_overrides(arguments: argparse.Namespace, config: dict) -> dict:
    """The constructor's arguments that the flags change.

    Args:
        arguments: Parsed flags of `add_model_arguments`.
        config: Arguments of the preset.

    Raises:
        ValueError: If flags contradict each other.
    """
    given = {name: getattr(arguments, name) for name in [*FLAGS, "dtype"]}
    given = {
        name: None if value == "none" else value
        for name, value in given.items()
        if value is not None
    }
    if arguments.dilations is not None:
        given["dilations"] = parse_dilations("--dilations", arguments.dilations)
    return {**distribution_override(arguments, config), **given}


def distribution_override(arguments: argparse.Namespace, config: dict) -> dict:
    """The distribution that flags ask for, and what samples are heard as with it."""
    from keras_wavenet import distributions

    changes = {name: getattr(arguments, name) for name, _ in DISTRIBUTION}
    changes = {name: value for name, value in changes.items() if value is not None}
    if arguments.distribution is None and not changes:
        return {}
    of_preset = distributions.get(config["distribution"]).get_config()
    name = arguments.distribution or of_preset["name"]
    if "components" in changes and name == "categorical":
        raise ValueError(
            "--components are the curves of a mixture: it goes with --distribution "
            "logistic_mixture or gaussian."
        )
    base = of_preset if name == of_preset["name"] else {"name": name}
    chosen = distributions.get({**base, **changes}).get_config()
    # A preset says in full what it hears; another distribution hears what suits it.
    return {"distribution": chosen, "input_encoding": None, "input_levels": None}


def parse_dilations(flag: str, text: str) -> list[int]:
    """Read `1,2,4,8` or `1..512x5`, or several of these with commas between.

    Raises:
        ValueError: If the text of the flag is neither.
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
                f"{flag} must be a list such as 1,2,4,8 or doubling cycles such as "
                f"1..512x5. Received: {text}"
            ) from error
    return dilations
