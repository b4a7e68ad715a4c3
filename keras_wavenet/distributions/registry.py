"""Output distributions by name: the only ones that a preset can ask for."""

from keras_wavenet.distributions.categorical import Categorical
from keras_wavenet.distributions.distribution import Distribution
from keras_wavenet.distributions.gaussian import Gaussian
from keras_wavenet.distributions.logistic_mixture import LogisticMixture

DISTRIBUTIONS = {one.name: one for one in (Categorical, LogisticMixture, Gaussian)}


def register(cls: type[Distribution]) -> type[Distribution]:
    """Let models and presets name a distribution of one's own; a class decorator.

    Args:
        cls: A subclass of `Distribution`, made without arguments and by its config.

    Raises:
        ValueError: If it is none, or another class has its name.
    """
    if not (isinstance(cls, type) and issubclass(cls, Distribution)):
        raise ValueError(
            "A distribution must be a subclass of "
            f"`keras_wavenet.distributions.Distribution`. Received: {cls!r}"
        )
    if DISTRIBUTIONS.setdefault(cls.name, cls) is not cls:
        raise ValueError(
            f"`name` must be new. Received: {cls.name!r}, which is that of "
            f"{DISTRIBUTIONS[cls.name].__name__}"
        )
    return cls


def get(distribution):
    """Turn a name, a config or a distribution into a distribution.

    Args:
        distribution: A name such as `"categorical"`, a config as `get_config` gives
            it, such as `{"name": "categorical", "levels": 256}`, or a distribution.

    Raises:
        ValueError: If the name is not one of ours, nothing that a config names being
            ever looked up elsewhere; if the config has an unknown key or a value out
            of range.
        TypeError: If it is none of these.
    """
    if isinstance(distribution, tuple(DISTRIBUTIONS.values())):
        return distribution
    if isinstance(distribution, str):
        distribution = {"name": distribution}
    if not isinstance(distribution, dict):
        raise TypeError(
            "`distribution` must be a name, a config or a distribution. "
            f"Received: distribution={distribution!r}"
        )
    config = dict(distribution)
    name = config.pop("name", None)
    if not isinstance(name, str) or name not in DISTRIBUTIONS:
        raise ValueError(
            f"`distribution` must be one of {sorted(DISTRIBUTIONS)}. Received: {name!r}"
        )
    known = DISTRIBUTIONS[name]().get_config()
    if not set(config) <= set(known):
        raise ValueError(
            f"The config of {name!r} may have {sorted(known)}. "
            f"Received: {sorted(distribution)}"
        )
    return DISTRIBUTIONS[name](**config)
