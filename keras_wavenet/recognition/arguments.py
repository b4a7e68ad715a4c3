"""Limits on what the file of a recogniser may ask for: see `bounds`."""

import numbers

from keras_wavenet.arguments import MOST_CHANNELS, MOST_TAPS
from keras_wavenet.utils import checks

MOST_CLASSES = 65536
LONGEST_NAME = 200  # characters of the name of a class
MOST_POOL = 2**20
MOST_FRAME_LAYERS = 64
MOST_WEIGHT = 1e6  # of the loss of the next sample
KEYS = (
    "classes",
    "pool",
    "frame_channels",
    "frame_layers",
    "frame_kernel_size",
    "next_sample_weight",
)
SHARED_KEYS = (
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


def check_classes(classes) -> tuple[str, ...]:
    """Names of classes, from a number or a list of names.

    Raises:
        ValueError: If there are fewer than two, or they are not different texts.
    """
    if isinstance(classes, numbers.Integral) and not isinstance(classes, bool):
        checks.within(2, MOST_CLASSES, classes=classes)
        return tuple(map(str, range(classes)))
    if isinstance(classes, str) or not hasattr(classes, "__iter__"):
        raise ValueError(
            "`classes` must be their number or a list of their names. "
            f"Received: classes={classes!r}"
        )
    names = tuple(classes)
    texts = all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in names)
    if not texts or len(set(names)) < len(names):
        raise ValueError(
            f"`classes` must be different texts of at most {LONGEST_NAME} characters. "
            f"Received: {str(names)[:80]}"
        )
    checks.within(2, MOST_CLASSES, **{"number of classes": len(names)})
    return names


def check_frames(config):
    """Refuse what makes no frames, from a file or from a constructor's arguments.

    Raises:
        ValueError: If a value is out of range.
    """
    checks.within(1, MOST_POOL, pool=config["pool"])
    checks.within(1, MOST_CHANNELS, frame_channels=config["frame_channels"])
    checks.within(0, MOST_FRAME_LAYERS, frame_layers=config["frame_layers"])
    kernel_size = config["frame_kernel_size"]
    checks.within(1, MOST_TAPS, frame_kernel_size=kernel_size)
    if kernel_size % 2 == 0:
        raise ValueError(
            "`frame_kernel_size` must be odd, as many frames before as after. "
            f"Received: frame_kernel_size={kernel_size}"
        )
    weight = config["next_sample_weight"]
    number = isinstance(weight, numbers.Real) and not isinstance(weight, bool)
    if not number or not 0 <= weight <= MOST_WEIGHT:
        raise ValueError(
            f"`next_sample_weight` must be a number from 0 to {MOST_WEIGHT:.0e}. "
            f"Received: next_sample_weight={weight!r}"
        )


def check_config(config):
    """Refuse the keys of a config from a file that no WaveNet has, if out of range.

    Raises:
        ValueError: If any key is missing or unknown, or such a value is out of range.
    """
    checks.names("config", config, required=(*SHARED_KEYS, *KEYS))
    if not isinstance(config["classes"], list):
        raise ValueError(
            "`classes` must be a list of names. "
            f"Received: {str(config['classes'])[:80]}"
        )
    check_classes(config["classes"])
    check_frames(config)


def shared_config(config) -> dict:
    """The config of the WaveNet inside."""
    return {key: config[key] for key in SHARED_KEYS}


def frame_parameter_count(config) -> int:
    """Number of weights from the pooled frames to the classes."""
    bias = 1 if config["use_bias"] else 0
    channels, found = config["skip_channels"], 0
    for _ in range(config["frame_layers"]):
        taps = config["frame_kernel_size"] * channels
        found += 2 * channels + (taps + bias) * config["frame_channels"]
        channels = config["frame_channels"]
    return found + (channels + bias) * len(config["classes"])
