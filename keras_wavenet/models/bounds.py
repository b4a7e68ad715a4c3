"""Limits on what a file may ask for, checked before anything is built.

Keras builds whatever a config says: 3,000 blocks, or a width of 2e8, take the machine
down long before the first error. What somebody types in Python is not limited so.
"""

from keras_wavenet.layers import checks

MOST_BLOCKS = 512
MOST_CHANNELS = 16384
MOST_PARAMETERS = 2_000_000_000
MOST_TAPS = 4096
MOST_DILATION = 2**20
KINDS = {
    "use_bias": (bool,),
    "trainable": (bool,),
    "dropout": (float, int),
    "name": (str,),
    "dtype": (str,),
}
KEYS = (
    "dilations",
    "residual_channels",
    "dilation_channels",
    "skip_channels",
    "post_channels",
    "kernel_size",
    "initial_kernel_size",
    "distribution",
    "use_bias",
    "dropout",
    "sample_rate",
    "name",
    "trainable",
    "dtype",
)


def check_config(config):
    """Refuse a config from a file that is not one of a WaveNet of a sane size.

    Raises:
        ValueError: If a key is missing or unknown, or a value is out of range.
    """
    checks.names("config", config, required=KEYS)
    dilations = config["dilations"]
    if not isinstance(dilations, list) or not 1 <= len(dilations) <= MOST_BLOCKS:
        raise ValueError(
            f"`dilations` must be a list of 1 to {MOST_BLOCKS} integers. "
            f"Received: {str(dilations)[:80]}"
        )
    for number, dilation in enumerate(dilations):
        checks.within(1, MOST_DILATION, **{f"dilations[{number}]": dilation})
    for name in ("residual", "dilation", "skip", "post"):
        key = f"{name}_channels"
        checks.within(1, MOST_CHANNELS, **{key: config[key]})
    checks.within(2, MOST_TAPS, kernel_size=config["kernel_size"])
    checks.within(1, MOST_TAPS, initial_kernel_size=config["initial_kernel_size"])
    checks.within(1, 10**6, sample_rate=config["sample_rate"])
    for key, kind in KINDS.items():
        if type(config[key]) not in kind:
            names = " or ".join(one.__name__ for one in kind)
            raise ValueError(
                f"`{key}` must be of type {names}. Received: {str(config[key])[:80]!r}"
            )


def check_size(parameters):
    """Refuse a model with more weights than a machine is likely to hold."""
    if parameters > MOST_PARAMETERS:
        raise ValueError(
            f"A preset may have {MOST_PARAMETERS:,} weights at most. "
            f"Received: {parameters:,}"
        )


def parameter_count(config, distribution) -> int:
    """Number of weights of the WaveNet with a config, without building it."""
    blocks = len(config["dilations"])
    residual, dilation = config["residual_channels"], config["dilation_channels"]
    skip, post = config["skip_channels"], config["post_channels"]
    bias = 1 if config["use_bias"] else 0
    initial = config["initial_kernel_size"] * distribution.levels * residual
    filter_gate = (config["kernel_size"] * residual + bias) * 2 * dilation
    residual_product = (dilation + bias) * residual
    head = (blocks * dilation + bias) * skip + (skip + bias) * post
    output = (post + bias) * distribution.channels
    stack = blocks * filter_gate + (blocks - 1) * residual_product
    return initial + stack + head + output
