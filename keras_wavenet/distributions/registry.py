"""Output distributions by name, as configs and presets refer to them."""

from keras_wavenet.distributions.categorical import Categorical
from keras_wavenet.distributions.distribution import Distribution
from keras_wavenet.distributions.gaussian import Gaussian
from keras_wavenet.distributions.logistic_mixture import LogisticMixture
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.registry import register_class
from keras_wavenet.utils.text import shown

DISTRIBUTIONS = {one.name: one for one in (Categorical, LogisticMixture, Gaussian)}


def register(cls: type[Distribution]) -> type[Distribution]:
    """Register a distribution under its name; usable as a class decorator.

    Args:
        cls: A subclass of `Distribution` whose constructor takes no arguments or those
            of its config.

    Raises:
        ValueError: If it is not such a class, or its name is taken.
    """
    return register_class(DISTRIBUTIONS, cls, Distribution)


def get(distribution: str | dict | Distribution) -> Distribution:
    """The distribution of a name or a config.

    Args:
        distribution: A name such as `"categorical"`, a config as `get_config` gives it,
            such as `{"name": "categorical", "levels": 256}`, or a distribution, which
            is returned.

    Raises:
        ValueError: If the name is not registered (names are never looked up elsewhere),
            or the config has an unknown key or a value out of range.
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
            f"`distribution` must be one of {sorted(DISTRIBUTIONS)}. "
            f"Received: {shown(repr(name))}{did_you_mean(name, DISTRIBUTIONS)}"
        )
    known = {**DISTRIBUTIONS[name]().get_config(), **DISTRIBUTIONS[name].left_out}
    if not set(config) <= set(known):
        raise ValueError(
            f"The config of {name!r} may have {sorted(known)}. "
            f"Received: {sorted(distribution)}"
        )
    return DISTRIBUTIONS[name](**config)
