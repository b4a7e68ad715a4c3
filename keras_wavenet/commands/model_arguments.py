"""Flags that carry the names of `WaveNet`'s arguments, and change a preset's."""

import argparse
import re
import shlex
import warnings
from pathlib import Path

from keras_wavenet.commands.argument_types import file_path, integer_from
from keras_wavenet.config import WaveNetConfig
from keras_wavenet.utils.arguments import Argument, describe
from keras_wavenet.utils.input_file import read_json

ARCHITECTURE = {
    name: argument
    for name, argument in describe(WaveNetConfig).items()
    if argument.flag is not None and argument.group != "conditions"
}
# Arguments of distributions.
DISTRIBUTION = {
    "components": Argument("curves of a mixture", int, least=1, flag="components"),
    "levels": Argument("values that a sample may have", int, least=2, flag="levels"),
    "companding": Argument(
        "how the codes of a categorical distribution are spaced",
        object,
        choices=(
            "mu_law",
            "linear",
            "mu_law_r9y9",
            "mu_law_r9y9_0.1",
            "mu_law_vincentherrmann",
            "mu_law_s4",
            "mu_law_kan_bayashi",
            "mu_law_nsynth",
            "linear_s4",
        ),
        flag="companding",
    ),
    "mu": Argument(
        "put a mixture over mu-law companded samples of this mu, such as 255",
        int,
        least=1,
        flag="mu",
    ),
}
# All that is part of the configuration of the model.
NAMES = ("dtype", *ARCHITECTURE, *DISTRIBUTION)


def add_preset_argument(
    parser: argparse.ArgumentParser, default: str = "wavenet_tiny"
) -> None:
    """Add the positional argument of the commands that use a trained model."""
    parser.add_argument(
        "preset",
        nargs="?",
        default=default,
        metavar="PRESET",
        help="a built-in name (see `keras-wavenet presets`), a preset folder, or a "
        "place such as hf://USER/REPOSITORY (default: %(default)s)",
    )


def add_dtype_argument(parser: argparse.ArgumentParser) -> None:
    """Add the dtype policy, which is not part of a preset."""
    parser.add_argument(
        "--dtype", help="Keras dtype policy, such as float32 or mixed_bfloat16"
    )


def load_model(arguments: argparse.Namespace):
    """The model of the preset and dtype flags; warns if its weights are untrained."""
    from keras_wavenet import WaveNet, preset_io, preset_places

    folder = preset_places.find(arguments.preset)
    check_generates(arguments.preset, folder)
    overrides = {} if arguments.dtype is None else {"dtype": arguments.dtype}
    trained = not preset_io.is_architecture_alone(folder)
    if not trained:
        warnings.warn(
            f"Preset {folder.name!r} is an architecture alone: its weights are "
            "untrained. Train it first: keras-wavenet train --preset "
            f"{shlex.quote(arguments.preset)}",
            stacklevel=2,
        )
    return WaveNet.from_preset(folder, load_weights=trained, **overrides)


def check_generates(preset: str, folder: Path | None = None) -> None:
    """Refuse a recognizer where a generative model is wanted.

    Args:
        preset: As a user gave it.
        folder: Where it was found; None finds it.

    Raises:
        ValueError: If the preset is one, or there is no such preset.
    """
    from keras_wavenet import preset_io

    if preset_io.class_name(preset if folder is None else folder) == "Recognizer":
        raise ValueError(
            f"{preset} is a recognizer, which classifies the frames of a recording. No "
            "command trains or runs it; docs/recognition.md shows how to in Python. "
            "`keras-wavenet presets` lists the models that generate audio."
        )


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the architecture."""
    group = parser.add_argument_group(
        "architecture", "arguments of WaveNet that replace the preset's"
    )
    group.add_argument(
        "--config",
        type=file_path,
        metavar="FILE",
        help="a JSON object of such arguments, by the names that "
        "`keras_wavenet.WaveNet` has for them; flags replace those of the file",
    )
    for argument in (*ARCHITECTURE.values(), *DISTRIBUTION.values()):
        add_flag(group, argument)
    add_dtype_argument(group)


def add_flag(group, argument: Argument) -> None:
    """Add the flag of an argument, by its description."""
    group.add_argument(f"--{argument.flag}", help=argument.summary, **_form(argument))


def flag_of(name: str) -> str:
    """The flag of a name of `argparse`."""
    return "--" + name.replace("_", "-")


def _form(argument) -> dict:
    """How `argparse` reads an argument of such a kind."""
    if argument.kind is bool:
        return {"action": argparse.BooleanOptionalAction}
    if argument.kind == "names":
        return {"action": "store_true"}
    if argument.kind is object and argument.choices:  # others may be registered
        return {"metavar": "{" + ",".join(argument.choices) + "}"}
    if argument.choices is not None:
        return {"choices": [choice or "none" for choice in argument.choices]}
    if argument.kind is list:
        return {"metavar": "LIST"}
    if argument.kind is int:
        return {"type": integer_from(argument.least), "metavar": "N"}
    return {"type": float, "metavar": "X"}


def read_arguments(path: Path | None, config: dict) -> dict:
    """The constructor's arguments in the file of `--config`.

    Args:
        path: A JSON file, or None.
        config: Arguments of the preset, which are checked with those of the file.

    Raises:
        ValueError: If the file holds no JSON object, or an argument is unknown or out
            of bounds.
        OSError: If the file can't be read.
    """
    from keras_wavenet import WaveNet, preset_io

    if path is None:
        return {}
    try:
        given = read_json(path, preset_io.MOST_JSON_BYTES)
        if not isinstance(given, dict):
            raise ValueError("it holds no object")
        given = {**given, **_default_input_encoding(given)}
        WaveNet.check_config({**config, **given})
    except (TypeError, ValueError) as error:
        raise ValueError(
            "--config must be a JSON file of arguments of WaveNet, such as "
            f'{{"dilations": [1, 2, 4], "skip_channels": 64}}. Received: {path}: '
            f"{error}"
        ) from error
    return given


def _default_input_encoding(given):
    """That of another distribution: a preset has its own in full."""
    names = ("input_encoding", "input_levels")
    if "distribution" not in given or any(name in given for name in names):
        return {}
    return dict.fromkeys(names)


def model_overrides(arguments: argparse.Namespace, config: dict) -> dict:
    """The constructor's arguments that the flags change.

    Args:
        arguments: Parsed flags of `add_model_arguments`.
        config: Arguments of the preset.

    Raises:
        ValueError: If flags contradict each other.
    """
    names = [name for name in ARCHITECTURE if name != "distribution"]
    given = {name: getattr(arguments, name) for name in [*names, "dtype"]}
    given = {
        name: None if value == "none" else value
        for name, value in given.items()
        if value is not None
    }
    if "dilations" in given:
        given["dilations"] = parse_integers("--dilations", given["dilations"])
    return {**distribution_override(arguments, config), **given}


def distribution_override(arguments: argparse.Namespace, config: dict) -> dict:
    """The distribution that flags ask for, and the default input encoding with it."""
    from keras_wavenet import distributions

    changes = {name: getattr(arguments, name) for name in DISTRIBUTION}
    changes = {name: value for name, value in changes.items() if value is not None}
    if arguments.distribution is None and not changes:
        return {}
    of_preset = distributions.get(config["distribution"]).get_config()
    name = arguments.distribution or of_preset["name"]
    of_mixtures = {"components": "--components are the curves", "mu": "--mu is that"}
    for key, words in of_mixtures.items():
        if key in changes and name == "categorical":
            raise ValueError(
                f"{words} of a mixture: it goes with --distribution logistic_mixture "
                "or gaussian."
            )
    if "companding" in changes and name in ("gaussian", "logistic_mixture"):
        raise ValueError(
            "--companding is how the codes of a categorical distribution are spaced: "
            "it goes with --distribution categorical."
        )
    base = of_preset if name == of_preset["name"] else {"name": name}
    chosen = distributions.get({**base, **changes}).get_config()
    given = {"distribution": chosen}
    return {**given, **_default_input_encoding(given)}


def parse_integers(flag: str, text: str) -> list[int]:
    """Read `1,2,4,8` or `1..512x5`, or several of these with commas between.

    Raises:
        ValueError: If the text of the flag is neither.
    """
    from keras_wavenet import doubling_dilations

    integers = []
    for part in text.split(","):
        doubling = re.fullmatch(r"1\.\.(\d+)(?:x(\d+))?", part.strip())
        try:
            if doubling:
                largest, cycles = doubling.groups(default="1")
                integers += doubling_dilations(int(largest), cycles=int(cycles))
            else:
                integers.append(int(part))
        except ValueError as error:
            raise ValueError(
                f"{flag} must be a list such as 1,2,4,8 or doubling cycles such as "
                f"1..512x5. Received: {text}"
            ) from error
    return integers
