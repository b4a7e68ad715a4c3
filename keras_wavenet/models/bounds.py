"""Limits on what a file may ask for, checked before anything is built.

Keras builds whatever a config says: 3,000 blocks, or a width of 2e8, take the machine
down long before the first error. What somebody types in Python is not limited so.
"""

from keras_wavenet.arguments import (
    MOST_BLOCKS,
    MOST_CHANNELS,
    MOST_HOP,
    MOST_NAMES,
    MOST_TAPS,
    Arguments,
)
from keras_wavenet.layers.frame_upsampling import LINEAR, make_upsampling
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.utils import checks

MOST_PARAMETERS = 2_000_000_000
MOST_DILATION = 2**20
MOST_STAGES = 16
MOST_SPAN = 255  # frames or bands that a kernel of the upsampling spans
MOST_FRAMES_OF_A_STAGE = 32
MOST_TABLE = 2**24  # numbers, 64 MB, of what "stretch" computes with
MOST_TAPS_OF_A_STACK = 2**14  # each is an operation of the graph
MOST_HEARD = 2**24  # samples, 64 MB, that are heard before the first one
DTYPES = (
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "mixed_float16",
    "mixed_bfloat16",
)
MODEL_KINDS = {"trainable": (bool,), "name": (str,), "dtype": (str,)}
KINDS = {bool: (bool,), float: (float, int)}
KEYS = tuple(Architecture.names())
FIRST_KEYS = KEYS[: KEYS.index("speakers")]  # what every preset has, the oldest too


def check_config(config):
    """Refuse a config from a file that is not one of a WaveNet of a sane size.

    Raises:
        ValueError: If a key is missing or unknown, or a value is out of range.
    """
    checks.names(
        "config",
        config,
        required=[*FIRST_KEYS, *MODEL_KINDS],
        optional=KEYS[len(FIRST_KEYS) :],
    )
    for key, kinds in MODEL_KINDS.items():
        _check_kind(key, config[key], kinds)
    checks.one_of(DTYPES, dtype=config["dtype"])
    check_by_description(Architecture, config)
    check_dilations("dilations", config["dilations"])
    for key in ("speakers", "tags"):
        _check_names(key, config.get(key))
    _check_kind("waveform_filter", config.get("waveform_filter"), (dict, type(None)))
    if config.get("upsampling") is not None:
        _check_upsampling(config["upsampling"])
    if config.get("frame_encoder") is not None:
        _check_frame_encoder(config["frame_encoder"])
    if config.get("linear_prediction") is not None:
        _check_kind("linear_prediction", config["linear_prediction"], (dict,))
    if config.get("context_stack") is not None:
        _check_context_stack(config["context_stack"])
    _check_work(architecture_of(config))


def check_by_description(arguments: type[Arguments], config: dict) -> None:
    """Refuse integers out of range and values of another kind.

    Raises:
        ValueError: If a value in the config is one.
    """
    optional = arguments.optional()
    for key, description in arguments.descriptions().items():
        if key not in config or config[key] is None and key in optional:
            continue
        if description.kind is int:
            checks.within(description.least, description.most, **{key: config[key]})
        if description.kind in KINDS:
            _check_kind(key, config[key], KINDS[description.kind])


def architecture_of(config) -> Architecture:
    """The architecture in a config of a model."""
    return Architecture(**{key: config[key] for key in KEYS if key in config})


def check_dilations(name, dilations):
    """A list of a sane number of dilations."""
    if not isinstance(dilations, list) or not 1 <= len(dilations) <= MOST_BLOCKS:
        raise ValueError(
            f"`{name}` must be a list of 1 to {MOST_BLOCKS} integers. "
            f"Received: {str(dilations)[:80]}"
        )
    for number, dilation in enumerate(dilations):
        checks.within(1, MOST_DILATION, **{f"{name}[{number}]": dilation})


def _check_kind(key, value, kinds):
    if type(value) not in kinds:
        names = " or ".join(kind.__name__ for kind in kinds)
        raise ValueError(
            f"`{key}` must be of type {names}. Received: {str(value)[:80]!r}"
        )


def _check_names(key, value):
    """A number of names, or so many of them."""
    count = len(value) if isinstance(value, list) else value
    if count is not None:
        checks.within(1, MOST_NAMES, **{key: count})


def _check_upsampling(config):
    _check_kind("upsampling", config, (dict,))
    for key in ("scales", "kernel_sizes"):
        values = config.get(key)
        if values is None:
            continue
        if not isinstance(values, list) or not 1 <= len(values) <= MOST_STAGES:
            raise ValueError(
                f"`{key}` of the upsampling must be a list of 1 to {MOST_STAGES} "
                f"integers. Received: {str(values)[:80]}"
            )
        for number, value in enumerate(values):
            checks.within(1, MOST_HOP, **{f"{key}[{number}]": value})
    for key in ("initial_kernel_size", "frequency_kernel_size"):
        checks.within(1, MOST_SPAN, **{key: config.get(key, 1)})


def _check_frame_encoder(config):
    _check_kind("frame_encoder", config, (dict,))
    checks.within(1, MOST_CHANNELS, channels=config.get("channels"))
    checks.within(1, MOST_STAGES, layers=config.get("layers", 1))
    checks.within(1, MOST_SPAN, kernel_size=config.get("kernel_size", 1))


def _check_context_stack(config):
    _check_kind("context_stack", config, (dict,))
    check_dilations("context_stack dilations", config.get("dilations"))
    checks.within(1, MOST_CHANNELS, channels=config.get("channels"))
    checks.within(1, MOST_HOP, hop=config.get("hop", 1))
    checks.within(2, MOST_TAPS, kernel_size=config.get("kernel_size", 2))
    _check_kind("use_bias", config.get("use_bias", True), (bool,))


def _check_work(a):
    """Refuse what has few weights, and yet asks for much memory or many operations."""
    heard = {"receptive_field": a.history + 1}
    taps = {"taps of all blocks": len(a.dilations) * a.kernel_size}
    if a.context_stack is not None:
        stack = a.context_stack
        frames = (stack["kernel_size"] - 1) * sum(stack["dilations"]) + 1
        heard["samples of the context stack"] = frames * stack["hop"]
        blocks = len(stack["dilations"])
        taps["taps of the context stack"] = blocks * stack["kernel_size"]
    checks.within(1, MOST_HEARD, **heard)
    checks.within(1, MOST_TAPS_OF_A_STACK, **taps)
    if a.local_channels is not None:
        checks.within(1, MOST_HOP, hop=a.hop)
        if a.upsampling["kind"] != LINEAR:
            _check_stages(make_upsampling(a.hop, **a.upsampling))


def _check_stages(layer):
    """Refuse kernels of an upsampling that meet too many frames, or samples."""
    if layer.kind == "repeat":
        return
    sizes = zip(layer.scales, layer.kernel_sizes, strict=True)
    for number, (scale, size) in enumerate(sizes):
        frames = -(-size // scale)
        checks.within(
            1, MOST_FRAMES_OF_A_STAGE, **{f"frames of kernel_sizes[{number}]": frames}
        )
        if layer.kind == "stretch":
            table = (frames + 2) * scale * size
            checks.within(1, MOST_TABLE, **{f"table of kernel_sizes[{number}]": table})


def check_size(parameters):
    """Refuse a model with more weights than a machine is likely to hold."""
    if parameters > MOST_PARAMETERS:
        raise ValueError(
            f"A preset may have {MOST_PARAMETERS:,} weights at most. "
            f"Received: {parameters:,}"
        )


def parameter_count(config) -> int:
    """Number of weights of the WaveNet with a config, without building it."""
    a = architecture_of(config)
    blocks, dilation = len(a.dilations), a.dilation_channels
    bias = 1 if a.use_bias else 0
    condition = sum(a.condition_channels.values())
    initial = a.initial_kernel_size * a.input_levels
    if a.input_encoding != "codes":
        initial = a.initial_kernel_size + bias
    filter_gate = a.kernel_size * a.residual_channels + bias + condition
    initial *= len(a.signals)
    residual = (blocks - 1) * (dilation + bias) * a.residual_channels
    skip = (sum(a.skip_parts) + bias) * a.skip_channels
    post = a.skip_channels + bias + (condition if a.post_conditioning else 0)
    output = (a.post_channels + bias) * a.distribution.channels
    return (
        initial * a.residual_channels
        + blocks * filter_gate * 2 * dilation
        + residual
        + skip
        + post * a.post_channels
        + output
        + a.speaker_count * (a.speaker_channels or 0)
        + _frame_encoder_count(a)
        + _upsampling_count(a)
        + _context_stack_count(a)
    )


def _frame_encoder_count(a):
    if a.frame_encoder is None:
        return 0
    channels, layers = a.frame_encoder["channels"], a.frame_encoder["layers"]
    inputs = a.local_channels + a.vector_width + (layers - 1) * channels
    return (a.frame_encoder["kernel_size"] * inputs + layers) * channels


def _upsampling_count(a):
    if a.local_channels is None or a.upsampling["kind"] == LINEAR:
        return 0
    layer = make_upsampling(a.hop, **a.upsampling)
    width = a.frame_encoder["channels"] if a.frame_encoder else a.local_channels
    channels = width**2
    count = 0
    if layer.initial_kernel_size > 1:
        count += layer.initial_kernel_size * channels
    if layer.kind == "transposed":
        count += sum(layer.kernel_sizes) * channels
    if layer.kind == "stretch":
        count += sum(layer.kernel_sizes) * layer.frequency_kernel_size
    return count


def _context_stack_count(a):
    if a.context_stack is None:
        return 0
    stack = a.context_stack
    channels, blocks = stack["channels"], len(stack["dilations"])
    bias = 1 if stack["use_bias"] else 0
    frame = (stack["hop"] + bias) * channels
    filter_gate = (stack["kernel_size"] * channels + bias) * 2 * channels
    residual = (blocks - 1) * (channels + bias) * channels
    output = (blocks * channels + bias) * channels
    return frame + blocks * filter_gate + residual + output
