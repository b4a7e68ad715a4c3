"""The arithmetic of a generated sample, and the width of its condition."""

from keras_wavenet.layers.frame_upsampling import make_upsampling
from keras_wavenet.layers.upsampling_arguments import LINEAR
from keras_wavenet.models.architecture import Architecture


def multiply_adds_per_sample(a: Architecture) -> int:
    """Multiplications by a weight for one generated sample, on the average.

    Look-ups need none, conditions of all samples are multiplied once and not counted,
    and the work of a frame is divided by its samples.

    Args:
        a: The architecture.
    """
    blocks, dilation = len(a.dilations), a.dilation_channels
    initial = 0 if a.input_encoding == "codes" else a.initial_kernel_size
    filter_gate = a.kernel_size * a.residual_channels * 2 * dilation
    residual = dilation * a.residual_channels
    stack = blocks * filter_gate + (blocks - 1) * residual
    skip = sum(a.skip_parts) * a.skip_channels
    head = skip + a.skip_channels * a.post_channels
    output = a.post_channels * a.distribution.channels
    main = initial * a.residual_channels + stack + head + output
    return round(main + _local_cost(a) + _context_cost(a))


def condition_width(a: Architecture) -> int:
    """Numbers of a sample's condition: terms of all gates, and its predictor."""
    return gate_width(a) + a.predictor_channels


def gate_width(a: Architecture) -> int:
    """Numbers of a sample's condition without those of a linear predictor."""
    if not a.condition_channels:
        return 0
    width = 2 * a.dilation_channels * len(a.dilations)
    return width + (a.post_channels if a.post_conditioning else 0)


def _local_cost(a):
    if a.local_channels is None:
        return 0
    channels, encoder = a.condition_channels["local"], 0
    if a.frame_encoder is not None:
        size, layers = a.frame_encoder["kernel_size"], a.frame_encoder["layers"]
        first = a.local_channels + a.vector_width
        encoder = size * channels * (first + (layers - 1) * channels) / a.hop
    projections = channels * gate_width(a)
    if a.upsampling["kind"] == LINEAR:  # projected as frames, then two are mixed
        return encoder + projections / a.hop + 2 * gate_width(a)
    upsampling = make_upsampling(a.hop, **a.upsampling)
    return encoder + projections + upsampling.multiply_adds_per_sample(channels)


def _context_cost(a):
    if a.context_stack is None:
        return 0
    stack = a.context_stack
    channels, blocks = stack["channels"], len(stack["dilations"])
    frame = stack["hop"] * channels
    filter_gate = stack["kernel_size"] * channels * 2 * channels
    residual = channels * channels
    output = blocks * channels * channels
    projections = channels * gate_width(a)
    stack_cost = blocks * filter_gate + (blocks - 1) * residual + output
    return (frame + stack_cost + projections) / stack["hop"]
