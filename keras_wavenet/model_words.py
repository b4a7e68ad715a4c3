"""A model in words: its input, distribution and conditions."""

import shlex
import typing
from collections.abc import Sequence

from keras_wavenet.config import WaveNetConfig
from keras_wavenet.utils.arguments import defaults, describe
from keras_wavenet.utils.text import listed, shown

if typing.TYPE_CHECKING:  # flags are made without Keras
    from keras_wavenet.distributions import Distribution
    from keras_wavenet.features import FrameFeatures
    from keras_wavenet.filters import WaveformFilter
    from keras_wavenet.models.architecture import Architecture


def counted(names: Sequence[str], plural: str) -> str:
    """The number of names with a noun, given in the plural: `1 speaker`, `3 tags`."""
    return f"{len(names)} {plural.removesuffix('s') if len(names) == 1 else plural}"


def describe_distribution(distribution: "Distribution") -> str:
    """The kind, curves and levels of a distribution."""
    levels = f"{distribution.levels:,}"
    if distribution.name == "categorical":
        codes = f"{levels} {distribution.code_words}"
        return f"categorical: a probability for each of {codes}"
    curve = {"logistic_mixture": "logistic", "gaussian": "normal"}.get(
        distribution.name
    )
    if curve is None:
        return str(distribution)
    count = distribution.components
    of = f"a {curve} curve" if count == 1 else f"a mixture of {count} {curve} curves"
    return f"{distribution.name}: {of} over {levels} levels"


def describe_dilations(dilations: Sequence[int]) -> str:
    """The dilations as `--dilations` takes them: `1..512x5`, or a list."""
    largest = max(dilations)
    cycle = [2**power for power in range(largest.bit_length())]
    cycles = len(dilations) // len(cycle)
    if len(cycle) > 1 and list(dilations) == cycle * cycles:
        return f"1..{largest}x{cycles} ({len(dilations)} blocks)"
    return f"{','.join(map(str, dilations))} ({len(dilations)} blocks)"


def describe_input(a: "Architecture") -> str:
    """The input of the first convolution."""
    codes = f"{a.input_levels} {a.input_code_words}"
    return {
        "codes": f"{codes}, looked up",
        "waveform": "the sample, a scalar",
        "companded": f"one of {codes}, a scalar",
        "mu_law": f"the sample after mu-law (mu = {a.input_mu}), a scalar",
    }[a.input_encoding]


def describe_filter(waveform_filter: "WaveformFilter") -> str:
    """The coefficients and the gain of a filter."""
    gain = f"gain {waveform_filter.gain:.3g}"
    if waveform_filter.order > 1:
        return f"{waveform_filter.order} coefficients, {gain}"
    (coefficient,) = waveform_filter.coefficients
    sign = "-" if coefficient < 0 else "+"
    return f"x[t] {sign} {abs(coefficient):g} x[t - 1], {gain}"


def describe_conditions(a: "Architecture") -> dict[str, str]:
    """The conditions, a line for each, by name; empty without any."""
    lines = {}
    if a.speakers is not None:
        width = a.speaker_channels
        how = "one-hot" if width is None else f"embedded in {width} channels"
        lines["speakers"] = f"{_named(a.speakers)}; {how}"
    if a.tags is not None:
        lines["tags"] = f"{_named(a.tags)}; several may hold at once"
    if a.global_channels is not None:
        lines["global"] = f"a vector of {a.global_channels} numbers"
    if a.local_channels is not None:
        milliseconds = 1000 * a.hop / a.sample_rate
        lines["local"] = (
            f"{a.local_channels} numbers for each {a.hop} samples "
            f"({milliseconds:.1f} ms)"
        )
        lines["features"] = describe_features(a.features)
        if a.frame_encoder is not None:
            lines["frame encoder"] = (
                "{layers} convolutions of {channels} channels over {kernel_size} frames"
            ).format(**a.frame_encoder)
        lines["upsampling"] = describe_upsampling(a)
    if a.linear_prediction is not None:
        lines["linear prediction"] = f"order {a.prediction_order}, from the mel frames"
    if a.context_stack is not None:
        stack = a.context_stack
        lines["context stack"] = (
            f"{describe_dilations(stack['dilations'])} of {stack['channels']} channels,"
            f" a frame for each {stack['hop']} samples"
        )
    return lines


def condition_flags(a: "Architecture") -> str:
    """The flags of `generate` for the conditions of a model, a space before each."""
    frames = "--local FILE.npy" if a.features is None else "--mel-from FILE"
    flags = {
        "speaker": _flag("--speaker", a.speakers),
        "tags": _flag("--tag", a.tags),
        "global": "--global FILE.npy",
        "local": frames,
    }
    return "".join(f" {flags[condition]}" for condition in a.conditions)


def _flag(flag, names) -> str:
    """A flag with the first of some names, quoted for a shell, or with 0."""
    if not isinstance(names, list) or names[0] != shown(names[0]):
        return f"{flag} 0"  # the number of a name that can't be typed
    # `argparse` takes a value that begins with a dash for a flag.
    sign = "=" if names[0].startswith("-") else " "
    return f"{flag}{sign}{shlex.quote(names[0])}"


def describe_features(features: "FrameFeatures | None") -> str:
    """The parts of features and whether they have statistics."""
    if features is None:
        return "none: frames come from files (--local-dir, --local)"
    parts = ", ".join(f"{part.name} ({part.channels})" for part in features.parts)
    if features.weight_shapes and features.mean is None:
        return f"{parts}; learned, with weights of the model"
    if features.mean is None:
        return f"{parts}; not scaled yet, training measures their statistics"
    return f"{parts}; scaled by statistics of the training data"


def describe_upsampling(a: "Architecture") -> str:
    """How frames become samples."""
    scales = a.upsampling.get("scales") or [a.hop]
    stages = " x ".join(map(str, scales))
    return {
        "transposed": f"transposed convolutions, {stages}",
        "repeat": "each frame repeated",
        "stretch": f"each frame repeated and smoothed, {stages}",
        "linear": "interpolated between frames, after the projections of the gates",
    }[a.upsampling["kind"]]


def describe_arguments(a: "Architecture") -> dict[str, object]:
    """Plain arguments by name: the architecture, and variants that are not default."""
    rows, usual = {}, defaults(WaveNetConfig)
    for name, argument in describe(WaveNetConfig).items():
        value = getattr(a, name)
        if argument.kind in (int, float, bool) and argument.group == "architecture":
            rows[name] = value
        if argument.group == "variants" and value != usual[name]:
            rows[name] = value
    return rows


def _named(names) -> str:
    """A count, and the names if there are any."""
    if isinstance(names, int):
        return f"{names}, without names; training takes those of the data"
    return f"{len(names)}: {listed(names)}"
