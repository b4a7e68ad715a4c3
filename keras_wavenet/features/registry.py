"""Features by name or config: the only ones that a preset can ask for."""

import inspect

from keras_wavenet.features.choices import CHOICES
from keras_wavenet.features.frame_features import MOST_PARTS, FrameFeatures
from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel

PARTS = {part.name: part for part in (LogMel, LogF0)}


def get(features: FrameFeatures | str | dict) -> FrameFeatures:
    """Turn a name, a config or features into features.

    Needs no optional dependency: only computing frames does.

    Args:
        features: The name of a choice such as `"mel_16k"`, a config as
            `FrameFeatures.get_config` gives it, or features.

    Raises:
        ValueError: If the name is not one of ours, or the config has a wrong key or a
            value out of range; nothing that a config names is ever looked up elsewhere.
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
    _check_keys("features", features, ("parts",), ("mean", "deviation"))
    parts = features["parts"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError(
            f"`parts` must be a list of 1 to {MOST_PARTS} configs. "
            f"Received: parts={str(parts)[:80]}"
        )
    made = [_make_part(number, config) for number, config in enumerate(parts)]
    return FrameFeatures(made, features.get("mean"), features.get("deviation"))


def _make_part(number, config):
    what = f"parts[{number}]"
    if not isinstance(config, dict):
        raise ValueError(f"`{what}` must be a config. Received: {str(config)[:80]!r}")
    part = _known(PARTS, f"{what}.name", config.get("name"))
    settings = inspect.signature(part).parameters.values()
    needed = [one.name for one in settings if one.default is one.empty]
    optional = [one.name for one in settings if one.default is not one.empty]
    _check_keys(what, config, ("name", *needed), optional)
    try:
        return part(**{key: value for key, value in config.items() if key != "name"})
    except ValueError as error:
        raise ValueError(f"`{what}`: {error}") from error


def _known(table, what, name):
    if not isinstance(name, str) or name not in table:
        raise ValueError(
            f"`{what}` must be one of {sorted(table)}. Received: {str(name)[:80]!r}"
        )
    return table[name]


def _check_keys(what, config, needed, optional):
    missing = [key for key in needed if key not in config]
    unknown = [key for key in config if key not in (*needed, *optional)]
    if missing or unknown:
        received = str(sorted(map(str, config)))[:200]
        raise ValueError(
            f"`{what}` must have {sorted(needed)} and may have {sorted(optional)}. "
            f"Received: {received}"
        )
