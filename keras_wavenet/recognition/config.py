"""The arguments of a `Recognizer`, described once; see `keras_wavenet.config`."""

import dataclasses
import numbers
from typing import Any

from keras_wavenet.config_parts import MOST_CHANNELS, MOST_TAPS
from keras_wavenet.models.bounds import FIRST_ARGUMENTS, MODEL_TYPES
from keras_wavenet.models.config_checks import check_arguments, check_limits
from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import argument, describe

MOST_CLASSES = 65536
LONGEST_NAME = 200  # characters of the name of a class
MOST_POOL = 2**20
MOST_FRAME_LAYERS = 64
MOST_WEIGHT = 1e6  # of the loss of the next sample

# The arguments of the WaveNet inside: all but conditions and later variants.
SHARED = FIRST_ARGUMENTS
SHARED_KEYS = (*SHARED, *MODEL_TYPES)  # as they stand in a config


@dataclasses.dataclass(frozen=True)
class RecognizerConfig:
    """The arguments that a `Recognizer` has and a `WaveNet` has not, checked.

    Raises:
        ValueError: If a value is out of range.
    """

    classes: Any = argument((), "names of the classes, or their number", object)
    pool: int = argument(160, "samples in a frame", int, least=1, most=MOST_POOL)
    frame_channels: int = argument(
        128,
        "channels of the convolutions over frames",
        int,
        least=1,
        most=MOST_CHANNELS,
    )
    frame_layers: int = argument(
        3, "convolutions over frames", int, least=0, most=MOST_FRAME_LAYERS
    )
    frame_kernel_size: int = argument(
        5,
        "taps of each convolution over frames, an odd number",
        int,
        least=1,
        most=MOST_TAPS,
    )
    next_sample_weight: float = argument(
        1.0, "weight of the loss of the next sample", float
    )

    def __post_init__(self):
        object.__setattr__(self, "classes", _class_names(self.classes))
        check_arguments(RecognizerConfig, vars(self))
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
    own = describe(RecognizerConfig)
    checks.names("config", config, required=(*SHARED_KEYS, *own))
    if not isinstance(config["classes"], list):
        raise ValueError(
            "`classes` must be a list of names. "
            f"Received: {str(config['classes'])[:80]}"
        )
    check_limits(RecognizerConfig, config)
    RecognizerConfig(**{key: config[key] for key in own})


def shared_config(config: dict) -> dict:
    """The config of the WaveNet inside."""
    return {key: config[key] for key in SHARED_KEYS}


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
