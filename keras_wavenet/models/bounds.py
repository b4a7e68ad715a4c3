"""Limits on the config of a file, checked before anything is built.

Keras builds any config: 3,000 blocks, or a width of 2e8, exhaust the
memory long before the first error. Arguments given in Python have no such limits.
"""

import math

from keras_wavenet.config import WaveNetConfig
from keras_wavenet.config_parts import MOST_HOP
from keras_wavenet.layers.frame_upsampling import make_upsampling
from keras_wavenet.layers.upsampling_arguments import LINEAR
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.config_checks import check_limits, check_type
from keras_wavenet.models.cost import multiply_adds_per_sample
from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import describe

MOST_FRAMES_OF_A_STAGE = 32
MOST_TABLE = 2**24  # numbers, 64 MB, of what "stretch" computes with
MOST_TAPS_OF_A_STACK = 2**14  # each is an operation of the graph
MOST_CONTEXT = 2**24  # samples, 64 MB, before the first one
MOST_WEIGHTS = 2**34  # 64 GB in float32; `from_preset` allows fewer
DTYPES = (
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "mixed_float16",
    "mixed_bfloat16",
)
MODEL_TYPES = {"trainable": bool, "name": str, "dtype": str}
ARGUMENTS = describe(WaveNetConfig)
# Those that every preset has; files of older versions lack others.
FIRST_ARGUMENTS = tuple(n for n, a in ARGUMENTS.items() if a.group == "architecture")


def check_config(config: dict) -> None:
    """Refuse a config from a file that is none of a WaveNet, or one that is too large.

    Raises:
        ValueError: If a key is missing or unknown, or a value is out of range.
    """
    checks.names(
        "config",
        config,
        required=[*FIRST_ARGUMENTS, *MODEL_TYPES],
        optional=[name for name in ARGUMENTS if name not in FIRST_ARGUMENTS],
    )
    for key, expected in MODEL_TYPES.items():
        check_type(key, config[key], expected)
    checks.one_of(DTYPES, dtype=config["dtype"])
    if config["dilations"] is None:
        raise ValueError("`dilations` must be a list of integers. Received: None")
    check_limits(WaveNetConfig, config)
    check_type("waveform_filter", config.get("waveform_filter"), dict, type(None))
    _check_work(architecture_of(config))


def check_weights(architecture: Architecture) -> None:
    """Refuse an architecture with more weights than a machine is likely to hold.

    Keras would end in an error of its allocator.

    Raises:
        ValueError: If there are more.
    """
    a = architecture
    table = a.input_levels * a.residual_channels * a.initial_kernel_size
    weights = multiply_adds_per_sample(a) + table
    if a.features is not None:
        weights += sum(map(math.prod, a.features.weight_shapes.values()))
    if weights > MOST_WEIGHTS:
        raise ValueError(
            f"A config may ask for {MOST_WEIGHTS:,} weights at most. Received: about"
            f" {weights:,} with residual_channels={a.residual_channels}, "
            f"dilation_channels={a.dilation_channels}, skip_channels={a.skip_channels} "
            f"and {len(a.dilations)} dilations"
        )


def architecture_of(config: dict) -> Architecture:
    """The architecture in a config of a model."""
    return Architecture(**{name: config[name] for name in ARGUMENTS if name in config})


def _check_work(a):
    """Refuse few weights that need much memory or many operations."""
    context = {"receptive_field": a.history + 1}
    taps = {"taps of all blocks": len(a.dilations) * a.kernel_size}
    if a.context_stack is not None:
        stack = a.context_stack
        frames = (stack["kernel_size"] - 1) * sum(stack["dilations"]) + 1
        context["samples of the context stack"] = frames * stack["hop"]
        blocks = len(stack["dilations"])
        taps["taps of the context stack"] = blocks * stack["kernel_size"]
    checks.within(1, MOST_CONTEXT, **context)
    checks.within(1, MOST_TAPS_OF_A_STACK, **taps)
    if a.local_channels is not None:
        checks.within(1, MOST_HOP, hop=a.hop)
        if a.upsampling["kind"] != LINEAR:
            _check_stages(make_upsampling(a.hop, **a.upsampling))


def _check_stages(layer):
    """Refuse kernels of an upsampling that span too many frames or samples."""
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
