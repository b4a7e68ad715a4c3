"""The arguments of an upsampling: their values, and what does not go together."""

import math
import numbers

from keras_wavenet.utils import checks

KINDS = ("transposed", "repeat", "stretch")
LINEAR = "linear"
REPEAT, ZEROS, FIRST_ROW = "repeat", "zeros", "first_row"  # beyond the frames of a clip
ACTIVATIONS = (None, "relu", "leaky_relu")


def check_stage_options(
    kind: str,
    frequency_kernel_size: int,
    shared_kernel: bool,
    use_bias: bool,
    activation: str | None,
    negative_slope: float,
) -> None:
    """Refuse options that the stages of a kind do not have.

    Raises:
        ValueError: If one is not a choice, or is for stages of another kind.
    """
    checks.one_of(ACTIVATIONS, activation=activation)
    is_number = isinstance(negative_slope, numbers.Real)
    if not is_number or not 0 <= negative_slope <= 1:
        raise ValueError(
            "`negative_slope` must be a number from 0 to 1. "
            f"Received: negative_slope={negative_slope!r}"
        )
    if shared_kernel and kind != "transposed":
        raise ValueError(
            '`shared_kernel` is for the kind "transposed"; "stretch" has a filter that '
            f"all channels share. Received: kind={kind!r}"
        )
    if kind == "transposed" and frequency_kernel_size > 1 and not shared_kernel:
        raise ValueError(
            "A kernel of neighboring channels is one that all channels share: give "
            "`shared_kernel=True`, too. Received: "
            f"frequency_kernel_size={frequency_kernel_size}, shared_kernel=False"
        )
    if kind == "repeat" and (use_bias or activation is not None):
        raise ValueError(
            '`use_bias` and `activation` are for the kinds "transposed" and "stretch": '
            '"repeat" has no stages. '
            f"Received: use_bias={use_bias}, activation={activation!r}"
        )


def check_overlap(margin: int) -> None:
    """Refuse rows that depend on the frames next to their own.

    Raises:
        ValueError: If they do.
    """
    if margin:
        raise ValueError(
            'With edges="first_row" a row must depend on its own frame alone: '
            "`kernel_sizes` like the `scales`, and no convolution ahead of the stages. "
            f"Received: rows that depend on {margin} frames to the left or right"
        )


def checked_kind(kind: str) -> str:
    """Return a kind of `FrameUpsampling`."""
    if kind not in KINDS:
        raise ValueError(
            f"The `kind` of upsampling must be one of {(*KINDS, LINEAR)}. "
            f"Received: kind={kind!r}"
        )
    return kind


def checked_scales(hop: int, scales: list[int] | None) -> list[int]:
    """Return the factors of the stages, whose product is the hop."""
    scales = [hop] if scales is None else list(scales)
    for number, scale in enumerate(scales):
        checks.positive(**{f"scales[{number}]": scale})
    if math.prod(scales) != hop:
        raise ValueError(
            "The `scales` of upsampling must multiply to the samples of a frame. "
            f"Received: scales={scales}, whose product is {math.prod(scales)}, and "
            f"hop={hop}"
        )
    return scales


def checked_kernel_sizes(
    kind: str, scales: list[int], kernel_sizes: list[int] | None
) -> list[int]:
    """Return the taps of the kernel of each stage."""
    if kind == "repeat" or kernel_sizes is None:
        extra = 1 if kind == "stretch" else 0
        return [2 * scale + extra for scale in scales]
    return _checked_given_kernel_sizes(kind, scales, list(kernel_sizes))


def _checked_given_kernel_sizes(kind, scales, kernel_sizes):
    if len(kernel_sizes) != len(scales):
        raise ValueError(
            "`kernel_sizes` must have one number for each of the `scales`. Received: "
            f"kernel_sizes={kernel_sizes}, scales={scales}"
        )
    for number, (scale, size) in enumerate(zip(scales, kernel_sizes, strict=True)):
        name = f"kernel_sizes[{number}]"
        checks.at_least(scale if kind == "transposed" else 1, **{name: size})
        if kind == "stretch":
            checks.odd(**{name: size})
    return kernel_sizes
