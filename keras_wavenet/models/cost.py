"""What a generated sample costs."""

from keras_wavenet.layers.frame_upsampling import LINEAR, make_upsampling


def multiply_adds_per_sample(a) -> int:
    """Multiplications by a weight that one generated sample costs, on the average.

    Look-ups cost none, conditions that hold for all samples are multiplied once, and a
    context stack costs a share of its frame.

    Args:
        a: An `Architecture`.
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


def condition_width(a) -> int:
    """Numbers of a sample's condition: what it adds in all gates, and its predictor."""
    return gate_width(a) + a.predictor_channels


def gate_width(a) -> int:
    """Those that are added, without the numbers of a linear predictor."""
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
    products = channels * gate_width(a)
    if a.upsampling["kind"] == LINEAR:  # projected as frames, then two are mixed
        return encoder + products / a.hop + 2 * gate_width(a)
    upsampling = make_upsampling(a.hop, **a.upsampling)
    return encoder + products + upsampling.multiply_adds_per_sample(channels)


def _context_cost(a):
    if a.context_stack is None:
        return 0
    stack = a.context_stack
    channels, blocks = stack["channels"], len(stack["dilations"])
    frame = stack["hop"] * channels
    filter_gate = stack["kernel_size"] * channels * 2 * channels
    residual = channels * channels
    output = blocks * channels * channels
    products = channels * gate_width(a)
    stack_cost = blocks * filter_gate + (blocks - 1) * residual + output
    return (frame + stack_cost + products) / stack["hop"]
