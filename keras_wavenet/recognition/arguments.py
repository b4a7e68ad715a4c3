"""The arguments of a `Recognizer`, described once; see `keras_wavenet.arguments`."""

import dataclasses
import numbers
from typing import Any

from keras_wavenet.arguments import (
    MOST_CHANNELS,
    MOST_TAPS,
    Arguments,
    WaveNetArguments,
    integer,
    number,
    other,
)
from keras_wavenet.models import bounds
from keras_wavenet.models.architecture import check_by_description
from keras_wavenet.utils import checks

MOST_CLASSES = 65536
LONGEST_NAME = 200  # characters of the name of a class
MOST_POOL = 2**20
MOST_FRAME_LAYERS = 64
MOST_WEIGHT = 1e6  # of the loss of the next sample

# The arguments of the WaveNet inside: all but conditions and later variants.
SHARED = tuple(WaveNetArguments.names()[: WaveNetArguments.names().index("speakers")])
SHARED_KEYS = (*SHARED, *bounds.MODEL_KINDS)  # as they stand in a config


@dataclasses.dataclass(frozen=True)
class RecognizerArguments(Arguments):
    """The arguments that a `Recognizer` has and a `WaveNet` has not, checked.

    Raises:
        ValueError: If a value is out of range.
    """

    classes: Any = other((), "names of the classes, or their number")
    pool: int = integer(160, "samples in a frame", 1, MOST_POOL)
    frame_channels: int = integer(
        128, "channels of the convolutions over frames", 1, MOST_CHANNELS
    )
    frame_layers: int = integer(3, "convolutions over frames", 0, MOST_FRAME_LAYERS)
    frame_kernel_size: int = integer(
        5, "taps of each convolution over frames, an odd number", 1, MOST_TAPS
    )
    next_sample_weight: float = number(1.0, "weight of the loss of the next sample")

    def __post_init__(self):
        object.__setattr__(self, "classes", _class_names(self.classes))
        check_by_description(self)
        checks.odd(frame_kernel_size=self.frame_kernel_size)
        weight = self.next_sample_weight
        is_number = isinstance(weight, numbers.Real) and not isinstance(weight, bool)
        if not is_number or not 0 <= weight <= MOST_WEIGHT:
            raise ValueError(
                f"`next_sample_weight` must be a number from 0 to {MOST_WEIGHT:.0e}. "
                f"Received: next_sample_weight={weight!r}"
            )

    @property
    def margin(self) -> int:
        """Frames before and after a frame on which its class depends."""
        return self.frame_layers * (self.frame_kernel_size // 2)

    def as_config(self) -> dict:
        """The arguments as plain JSON."""
        return {**dataclasses.asdict(self), "classes": list(self.classes)}


def check_config(config: dict) -> None:
    """Refuse a config from a file that is not one of a `Recognizer` of a sane size.

    The WaveNet inside has checks of its own.

    Raises:
        ValueError: If a key is missing or unknown, or a value is out of range.
    """
    own = RecognizerArguments.names()
    checks.names("config", config, required=(*SHARED_KEYS, *own))
    if not isinstance(config["classes"], list):
        raise ValueError(
            "`classes` must be a list of names. "
            f"Received: {str(config['classes'])[:80]}"
        )
    bounds.check_by_description(RecognizerArguments, config)
    RecognizerArguments(**{key: config[key] for key in own})


def shared_config(config: dict) -> dict:
    """The config of the WaveNet inside."""
    return {key: config[key] for key in SHARED_KEYS}


def frame_parameter_count(config: dict) -> int:
    """Number of weights from the pooled frames to the classes."""
    bias = 1 if config["use_bias"] else 0
    channels, count = config["skip_channels"], 0
    for _ in range(config["frame_layers"]):
        taps = config["frame_kernel_size"] * channels
        count += 2 * channels + (taps + bias) * config["frame_channels"]
        channels = config["frame_channels"]
    return count + (channels + bias) * len(config["classes"])


def _class_names(classes: Any) -> tuple[str, ...]:
    """Names of classes, from a number or a list of names."""
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
