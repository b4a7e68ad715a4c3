"""The families of public WaveNets, by name."""

from collections.abc import Collection

from keras_wavenet.converters.family import Family
from keras_wavenet.converters.ibab import Ibab
from keras_wavenet.converters.kan_bayashi import KanBayashi
from keras_wavenet.converters.nsynth import Nsynth
from keras_wavenet.converters.nv_wavenet import NvWavenet
from keras_wavenet.converters.r9y9 import R9y9
from keras_wavenet.converters.rayhane import Rayhane
from keras_wavenet.converters.s4 import S4
from keras_wavenet.converters.vincentherrmann import Vincentherrmann
from keras_wavenet.utils import checks
from keras_wavenet.utils.registry import register_instance
from keras_wavenet.utils.text import listed

_ALL = (
    Ibab(),
    R9y9(),
    S4(),
    Vincentherrmann(),
    KanBayashi(),
    NvWavenet(),
    Rayhane(),
    Nsynth(),
)
FAMILIES: dict[str, Family] = {one.name: one for one in _ALL}


def register(family: Family) -> Family:
    """Register a family under its name.

    Args:
        family: An instance of a subclass of `Family`.

    Returns:
        The family.

    Raises:
        ValueError: If it is none, or its name is taken.
    """
    return register_instance(FAMILIES, family, Family)


def find(names: Collection[str], family: str | None = None) -> tuple[Family, str]:
    """The family of the arrays of a checkpoint, and the prefix of their names.

    Args:
        names: Of the arrays.
        family: Name of the family that it must be; `None` takes the one that fits.

    Raises:
        ValueError: If there is no such family, or the names are none of its.
    """
    if family is not None:
        checks.one_of(tuple(FAMILIES), family=family)
    fitting = {name: one.prefix(names) for name, one in FAMILIES.items()}
    fitting = {name: prefix for name, prefix in fitting.items() if prefix is not None}
    chosen = family or next(iter(fitting), None)
    if chosen in fitting:
        return FAMILIES[chosen], fitting[chosen]
    expected = f"of the family {family!r}" if family else "of a family that is known"
    is_of = f"one of {', '.join(fitting)}" if fitting else "none of them"
    raise ValueError(
        f"The checkpoint must be {expected} ({', '.join(FAMILIES)}). Received: "
        f"{is_of}, with the arrays {listed(sorted(names), most=4)}"
    )
