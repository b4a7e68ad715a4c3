"""Flags of `train` for the conditions of a model; the names are those of WaveNet."""

import argparse

from keras_wavenet.commands.model_arguments import add_flag, parse_integers
from keras_wavenet.config import FEATURES, WaveNetConfig
from keras_wavenet.utils.arguments import describe


def _flagged():
    """The conditions that have a flag, by its name; keys of dicts, too."""
    found = {}
    for argument in describe(WaveNetConfig).values():
        if argument.group == "conditions":
            keys = describe(argument.config).values() if argument.config else ()
            flagged = [one for one in (argument, *keys) if one.flag is not None]
            found.update({one.flag.replace("-", "_"): one for one in flagged})
    return found


CONDITIONS = _flagged()
# All that is part of the configuration of the model.
NAMES = tuple(CONDITIONS)
CONTEXT_CHANNELS = 32  # of a context stack, by default


def add_condition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `condition_overrides` reads."""
    group = parser.add_argument_group("conditions", "what the audio is conditioned on")
    for argument in CONDITIONS.values():
        add_flag(group, argument)


def condition_overrides(arguments: argparse.Namespace, config: dict) -> dict:
    """The constructor's arguments that the flags change.

    Names of speakers and tags, and statistics of features, are not known yet: a count
    of 1 and bare features stand for them.

    Args:
        arguments: Parsed flags of `add_condition_arguments`, and `sample_rate`.
        config: Arguments of the preset.

    Raises:
        ValueError: If flags contradict each other.
    """
    given = {}
    for name in ("speakers", "tags"):
        if getattr(arguments, name):
            given[name] = 1
    if arguments.speaker_channels is not None:
        given["speaker_channels"] = arguments.speaker_channels
    given.update(_frames(arguments, config))
    given.update(_context_stack(arguments, config))
    if arguments.frame_encoder is not None:
        kept = config.get("frame_encoder") or {}
        given["frame_encoder"] = {**kept, "channels": arguments.frame_encoder}
    if arguments.linear_prediction is not None:
        given["linear_prediction"] = {"order": arguments.linear_prediction}
        given["input_encoding"] = None
    return given


def _frames(arguments, config) -> dict:
    """Where frames come from, and how they become samples."""
    from keras_wavenet import features

    own = (arguments.local_channels, arguments.hop)
    given, kept = {}, config.get("upsampling")
    if arguments.features is not None:
        if own != (None, None):
            raise ValueError(
                "--features compute frames from the audio, --local-channels and --hop "
                "describe frames in files: give one or the other."
            )
        chosen = features.get(arguments.features)
        _check_rate(chosen, arguments.sample_rate)
        given = {"features": chosen, "local_channels": None, "hop": None}
        given["sample_rate"] = chosen.sample_rate
        kept = kept if config.get("hop") == chosen.hop else None
    elif own == (None, None):
        _check_rate(config.get("features"), arguments.sample_rate)
    else:
        channels = arguments.local_channels or config.get("local_channels")
        hop = arguments.hop or config.get("hop")
        given = {"features": None, "local_channels": channels, "hop": hop}
        kept = kept if config.get("hop") == hop else None
    return {**given, **_upsampling(arguments, kept, bool(given))}


def _check_rate(of_frames, sample_rate):
    """Refuse another rate than that of the audio which frames are made of."""
    from keras_wavenet import features

    if of_frames is None or sample_rate is None:
        return
    made_of = features.get(of_frames).sample_rate
    if sample_rate != made_of:
        rates = {name: features.get(name).sample_rate for name in FEATURES}
        fitting = [name for name, rate in rates.items() if rate == sample_rate]
        raise ValueError(
            f"The features of the model need audio at {made_of} Hz. Received: "
            f"--sample-rate {sample_rate}. Leave it out: audio of any rate is "
            "resampled. Features of that rate, for --features: "
            f"{', '.join(fitting) or 'none'}."
        )


def _upsampling(arguments, kept, new_frames) -> dict:
    kind, scales = arguments.upsampling, arguments.upsample_scales
    if kind is None and scales is None:
        return {"upsampling": kept} if new_frames else {}
    changed = {} if kind is None else {"kind": kind}
    if scales is not None:
        changed["scales"] = parse_integers("--upsample-scales", scales)
    # Sizes of kernels are those of a kind and its scales.
    return {"upsampling": {"kind": (kept or {}).get("kind", "transposed"), **changed}}


def _context_stack(arguments, config) -> dict:
    """The context stack, if a flag changes something of it."""
    given = {
        name: getattr(arguments, f"context_{name}")
        for name in ("dilations", "channels", "hop")
    }
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        return {}
    if "dilations" in given:
        given["dilations"] = parse_integers("--context-dilations", given["dilations"])
    stack = {
        "channels": CONTEXT_CHANNELS,
        **(config.get("context_stack") or {}),
        **given,
    }
    if "dilations" not in stack:
        raise ValueError(
            "--context-channels and --context-hop set up a context stack: give its "
            "--context-dilations, too, such as 1..64x2."
        )
    return {"context_stack": stack}
