"""A model in words: its distribution, what it hears and what it is told."""

import shlex
from collections.abc import Sequence

_NAMES_SHOWN = 10
_LETTERS_SHOWN = 60  # of a name


def listed(names: Sequence[str]) -> str:
    """Some names, and how many more there are; they come with data, and may be odd."""
    some = ", ".join(map(shown, names[:_NAMES_SHOWN]))
    more = len(names) - _NAMES_SHOWN
    return f"{some} and {more} more" if more > 0 else some


def shown(name: str) -> str:
    """A name in one line: the start of a long one, and no breaks of lines."""
    name = name if name.isprintable() else repr(name)
    return name if len(name) <= _LETTERS_SHOWN else f"{name[:_LETTERS_SHOWN]}..."


def counted(names: Sequence[str], what: str) -> str:
    """How many there are of what, a plural: `1 speaker`, `3 tags`."""
    return f"{len(names)} {what.removesuffix('s') if len(names) == 1 else what}"


def describe_distribution(distribution) -> str:
    """What the outputs mean."""
    levels = f"{distribution.levels:,}"
    if distribution.name == "categorical":
        return f"categorical: a probability for each of {levels} mu-law codes"
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


def describe_input(a) -> str:
    """How an `Architecture` hears samples."""
    return {
        "codes": f"{a.input_levels} mu-law codes, looked up",
        "waveform": "the sample, a scalar",
        "companded": f"the mu-law code of {a.input_levels}, a scalar",
    }[a.input_encoding]


def describe_filter(waveform_filter) -> str:
    """What the modelled waveform is filtered by."""
    gain = f"gain {waveform_filter.gain:.3g}"
    if waveform_filter.order > 1:
        return f"{waveform_filter.order} coefficients, {gain}"
    (coefficient,) = waveform_filter.coefficients
    sign = "-" if coefficient < 0 else "+"
    return f"x[t] {sign} {abs(coefficient):g} x[t - 1], {gain}"


def describe_conditions(a) -> dict[str, str]:
    """What an `Architecture` is told, a line for each, by name; empty for nothing."""
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
            f" hearing a frame for each {stack['hop']} samples"
        )
    return lines


def flags_to_tell(model) -> str:
    """What `generate` has to be told for a model: flags, a space before each."""
    a = model.architecture
    frames = "--local FILE.npy" if a.features is None else "--mel-from FILE"
    flags = {
        "speaker": _flag("--speaker", a.speakers),
        "tags": _flag("--tag", a.tags),
        "global": "--global FILE.npy",
        "local": frames,
    }
    return "".join(f" {flags[condition]}" for condition in a.conditions)


def _flag(flag, names) -> str:
    """A flag with the first of some names, or the first number, for a shell."""
    if not isinstance(names, list):
        return f"{flag} 0"
    # A value that begins with a dash would be taken for a flag.
    sign = "=" if names[0].startswith("-") else " "
    return f"{flag}{sign}{shlex.quote(names[0])}"


def describe_features(features) -> str:
    """What makes the frames."""
    if features is None:
        return "none: the frames are yours (--local-dir, --local)"
    parts = ", ".join(f"{part.name} ({part.channels})" for part in features.parts)
    if features.mean is None:
        return f"{parts}; not scaled yet, training measures their statistics"
    return f"{parts}; scaled by statistics of the training data"


def describe_upsampling(a) -> str:
    """How frames become samples."""
    scales = a.upsampling.get("scales") or [a.hop]
    stages = " x ".join(map(str, scales))
    return {
        "transposed": f"transposed convolutions, {stages}",
        "repeat": "each frame repeated",
        "stretch": f"each frame repeated and smoothed, {stages}",
        "linear": "interpolated between frames, after the projections of the gates",
    }[a.upsampling["kind"]]


def describe_exactness(a) -> dict[str, str]:
    """What is not as in the paper, by name: options for models of other projects."""
    usual = {
        "initial_activation": None,
        "initial_skip": False,
        "residual_scale": 1.0,
        "skip_scaling": None,
        "post_conditioning": False,
        "start": "silence",
    }
    found = {name: getattr(a, name) for name in usual}
    return {name: str(value) for name, value in found.items() if value != usual[name]}


def _named(names) -> str:
    """A count, and the names if there are any."""
    if isinstance(names, int):
        return f"{names}, without names; training takes those of the data"
    return f"{len(names)}: {', '.join(names)}"
