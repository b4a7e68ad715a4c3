"""The features that frames can be made of: by name, for configs and presets."""

from keras_wavenet.features.feature import Feature
from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel
from keras_wavenet.features.temporal_encoder import TemporalEncoder
from keras_wavenet.utils.registry import register_class

FEATURES = {one.name: one for one in (LogMel, LogF0, TemporalEncoder)}


def register(cls: type[Feature]) -> type[Feature]:
    """Register a feature, so that models and presets can use it; a class decorator.

    Args:
        cls: A subclass of `Feature`. `cls(**config)` makes an instance from the result
            of `get_config` without `"name"`.

    Returns:
        The class.

    Raises:
        ValueError: If it is not a subclass, or its name is another class's.
    """
    return register_class(FEATURES, cls, Feature)


def is_registered(feature: object) -> bool:
    """Return whether a value is an instance of a registered class."""
    return type(feature) in FEATURES.values()
