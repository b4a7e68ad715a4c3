"""Features from names and configs."""

import inspect
from collections.abc import Mapping

from keras_wavenet.features.choices import CHOICES
from keras_wavenet.features.frame_features import MOST_PARTS, FrameFeatures
from keras_wavenet.features.registry import FEATURES
from keras_wavenet.utils.nearest import did_you_mean

_OLD_NAMES = {"deviation": "std"}  # of the keys of a config


def get(features: FrameFeatures | str | dict) -> FrameFeatures:
    """Return the features of a name, of a config, or the features themselves.

    Needs no optional dependency; computing frames does.

    Args:
        features: The name of a choice such as `"mel_16k"`, a config as
            `FrameFeatures.get_config` returns it, or features.

    Raises:
        ValueError: If the name is unknown, or the config has a wrong key or a value out
            of range. A config can only name registered features.
        TypeError: If it is none of these.
    """
    if isinstance(features, FrameFeatures):
        return features
    if isinstance(features, str):
        return FrameFeatures(_known(CHOICES, "features", features))
    if not isinstance(features, dict):
        raise TypeError(
            "`features` must be the name of a choice, a config or features. "
            f"Received: features={str(features)[:80]!r}"
        )
    config = with_current_names(features)
    _check_keys("features", config, ("parts",), ("mean", "std"))
    parts = config["parts"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError(
            f"`parts` must be a list of 1 to {MOST_PARTS} configs. "
            f"Received: parts={str(parts)[:80]}"
        )
    made = [_make_part(number, part) for number, part in enumerate(parts)]
    return FrameFeatures(made, config.get("mean"), config.get("std"))


def with_current_names(config: dict) -> dict:
    """Return a config of features with old names of keys replaced by current ones.

    Nothing is checked: what is not a config of features is returned as it is.
    """
    config = _renamed(config, _OLD_NAMES)
    if isinstance(config.get("parts"), list):
        config["parts"] = [_renamed_part(part) for part in config["parts"]]
    return config


def _renamed_part(part):
    name = part.get("name") if isinstance(part, dict) else None
    known = isinstance(name, str) and name in FEATURES
    return _renamed(part, FEATURES[name].old_names) if known else part


def _renamed(config: dict, old_names: Mapping[str, str]) -> dict:
    """The config with current names; of two names of one key the old one is kept."""
    current = {}
    for key, value in config.items():
        new = old_names.get(key, key)
        current[key if new in config else new] = value
    return current


def _make_part(number, config):
    what = f"parts[{number}]"
    if not isinstance(config, dict):
        raise ValueError(f"`{what}` must be a config. Received: {str(config)[:80]!r}")
    part = _known(FEATURES, f"{what}.name", config.get("name"))
    settings = inspect.signature(part).parameters.values()
    required = [one.name for one in settings if one.default is one.empty]
    optional = [one.name for one in settings if one.default is not one.empty]
    _check_keys(what, config, ("name", *required), optional)
    try:
        return part(**{key: value for key, value in config.items() if key != "name"})
    except ValueError as error:
        raise ValueError(f"`{what}`: {error}") from error


def _known(table, what, name):
    if not isinstance(name, str) or name not in table:
        raise ValueError(
            f"`{what}` must be one of {sorted(table)}. "
            f"Received: {str(name)[:80]!r}{did_you_mean(name, table)}"
        )
    return table[name]


def _check_keys(what, config, required, optional):
    missing = [key for key in required if key not in config]
    unknown = [key for key in config if key not in (*required, *optional)]
    if missing or unknown:
        received = str(sorted(map(str, config)))[:200]
        raise ValueError(
            f"`{what}` must have {sorted(required)} and may have {sorted(optional)}. "
            f"Received: {received}"
        )
