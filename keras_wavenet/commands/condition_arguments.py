"""Flags of `train` that say what a model is conditioned on; the words are WaveNet's."""

import argparse

from keras_wavenet.commands.argument_types import positive_int
from keras_wavenet.commands.model_arguments import parse_dilations

FEATURES = (
    "log_f0_16k",
    "mel_16k",
    "nv_wavenet",
    "nvidia_22k",
    "tacotron2",
    "wavenet_vocoder",
)
UPSAMPLING = ("transposed", "repeat", "stretch", "linear")
# All that ends in the configuration of the model.
NAMES = (
    "speakers", "speaker_channels", "tags", "features", "local_channels", "hop",
    "upsampling", "upsample_scales", "context_dilations", "context_channels",
    "context_hop", "frame_encoder", "linear_prediction",
)  # fmt: skip


def add_condition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `condition_overrides` reads."""
    group = parser.add_argument_group(
        "conditions", "what the audio is told beside what it was"
    )
    group.add_argument(
        "--speakers",
        action="store_true",
        help="who speaks: one of the speakers of the training split",
    )
    group.add_argument(
        "--speaker-channels",
        type=positive_int,
        metavar="N",
        help="channels of an embedding of the speaker (default: one-hot)",
    )
    group.add_argument(
        "--tags",
        action="store_true",
        help='what it is of: the labels of the training split, with ";" between two',
    )
    group.add_argument(
        "--features",
        choices=FEATURES,
        help="what each moment sounds like: frames that are made of the audio, scaled "
        "by what is measured on the training split",
    )
    add_frame_arguments(group)
    add_context_arguments(group)


def add_context_arguments(group) -> None:
    """Add what a context stack is made of."""
    group.add_argument(
        "--context-dilations",
        metavar="LIST",
        help="a second, smaller stack that hears far back: dilation of each of its "
        "blocks, in frames, as for --dilations",
    )
    group.add_argument(
        "--context-channels",
        type=positive_int,
        metavar="N",
        help="its channels (default: 32)",
    )
    group.add_argument(
        "--context-hop",
        type=positive_int,
        metavar="SAMPLES",
        help="samples of a frame of it (default: 1)",
    )


def add_frame_arguments(group) -> None:
    """Add what frames are like that come from files, and how frames become samples."""
    group.add_argument(
        "--local-channels",
        type=positive_int,
        metavar="N",
        help="channels of the frames in --local-dir",
    )
    group.add_argument(
        "--hop", type=positive_int, metavar="SAMPLES", help="samples of such a frame"
    )
    group.add_argument(
        "--upsampling",
        choices=UPSAMPLING,
        help="how frames become samples (default: the preset's, or transposed)",
    )
    group.add_argument(
        "--upsample-scales",
        type=parse_scales,
        metavar="LIST",
        help="in stages, such as 4,5,10, whose product is the hop (default: one)",
    )
    group.add_argument(
        "--frame-encoder",
        type=positive_int,
        metavar="CHANNELS",
        help="channels of two convolutions over the frames, before they are upsampled",
    )
    group.add_argument(
        "--linear-prediction",
        type=positive_int,
        metavar="ORDER",
        help="put the distribution around the linear prediction that log-mel frames "
        "give, of order 32, say; needs --features with mel frames and --distribution "
        "logistic_mixture or gaussian",
    )


def parse_scales(text: str) -> list[int]:
    """`4,5,10` as numbers."""
    try:
        return [positive_int(part) for part in text.split(",")]
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(
            f"must be numbers with commas between, such as 4,5,10. Received: {text}"
        ) from error


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
                "--features make frames of the audio, --local-channels and --hop are "
                "of frames in files: give one or the other."
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
            f"The features of the model are of audio at {made_of} Hz. Received: "
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
        changed["scales"] = scales
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
        given["dilations"] = parse_dilations("--context-dilations", given["dilations"])
    stack = {"channels": 32, **(config.get("context_stack") or {}), **given}
    if "dilations" not in stack:
        raise ValueError(
            "--context-channels and --context-hop are of a context stack: give its "
            "--context-dilations, too, such as 1..64x2."
        )
    return {"context_stack": stack}
