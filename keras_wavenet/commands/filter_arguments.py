"""Flags of `train` for the filter of the modelled waveform."""

import argparse

from keras_wavenet.utils.terminal import say


def add_filter_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `filter_override` reads."""
    group = parser.add_argument_group(
        "filter", "of the modelled waveform; generation inverts it"
    )
    kind = group.add_mutually_exclusive_group()
    kind.add_argument(
        "--pre-emphasis",
        type=share,
        metavar="A",
        help="x[t] - A x[t - 1], such as 0.85; 0 removes the filter of a preset",
    )
    kind.add_argument(
        "--noise-shaping",
        type=share,
        metavar="STRENGTH",
        help="the inverse of the mean spectrum of the training split, to this power, "
        "such as 0.5: the model's noise takes the shape of the audio; 0 removes the "
        "filter of a preset",
    )


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1. Received: {text}")
    return value


def filter_override(arguments: argparse.Namespace, recorded: dict, open_clips) -> dict:
    """The argument `waveform_filter` of the model, if the flags ask for one.

    Args:
        arguments: Parsed flags of `add_filter_arguments`.
        recorded: Arguments of the model of a run that is resumed, which was measured on
            the same clips under the same flags; empty for a new run.
        open_clips: Called without arguments, returns the training clips.

    Raises:
        ValueError: If the clips have no audio, or the inverse would not be stable.
    """
    strength, coefficient = arguments.noise_shaping, arguments.pre_emphasis
    if strength is None and coefficient is None:
        return {}
    if not strength and not coefficient:
        return {"waveform_filter": None}
    if recorded.get("waveform_filter") is not None:
        return {"waveform_filter": recorded["waveform_filter"]}
    from keras_wavenet import filters
    from keras_wavenet.model_words import describe_filter

    if strength:
        measured = filters.noise_shaping(open_clips(), strength)
    else:
        bare = filters.get({"pre_emphasis": coefficient})
        measured = bare.measured_on(open_clips())
    say(f"Filtered by {describe_filter(measured)}; measured on the training split")
    return {"waveform_filter": measured.get_config()}
