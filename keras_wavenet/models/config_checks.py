"""Checks of arguments by their descriptions in `keras_wavenet.config`.

What is given in Python must be of the described kind and at least the least value. What
a file gives has limits too, since Keras builds any config, however large.
"""

import numpy as np

from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import (
    Argument,
    defaults,
    describe,
    optional,
    required,
)


def check_arguments(config: type, values: dict, prefix: str = "") -> None:
    """Refuse arguments given in Python that are too small or not among the choices.

    Args:
        config: A described class.
        values: Arguments by name.
        prefix: What stands before the names in errors, such as `"upsampling."`.

    Raises:
        ValueError: If one does not fit its description.
    """
    for name, argument, value in _given(config, values):
        if argument.kind is int:
            checks.at_least(argument.least, **{prefix + name: value})
        if argument.kind is str:
            checks.one_of(argument.choices, **{prefix + name: value})


def check_limits(config: type, values: dict, prefix: str = "") -> None:
    """Refuse arguments of a file that are out of bounds or of another type.

    Args:
        config: A described class.
        values: Arguments by name; keys of dicts are checked, too.
        prefix: What stands before the names in errors.

    Raises:
        ValueError: If one does not fit its description.
    """
    for name, argument, value in _given(config, values):
        check = _LIMITS.get(argument.kind)
        if check is not None:
            check(prefix + name, argument, value)


def filled(config: type, name: str, value: dict, example: dict) -> dict:
    """A dict given in Python, checked, with the defaults of what is missing.

    Args:
        config: The class that describes its keys.
        name: The name of the argument.
        value: The dict.
        example: A dict that would do, for the error.

    Raises:
        ValueError: If it is no dict, lacks a key, has an unknown one or a wrong value.
    """
    check_dict(config, name, value, example)
    value = {**defaults(config), **value}
    if describe(config).get("dilations"):
        dilations = checked_integers(f"{name}.dilations", value["dilations"])
        value["dilations"] = list(dilations)
    return value


def check_dict(config: type, name: str, value: dict, example: dict) -> None:
    """Refuse what is no dict with the keys that a class describes."""
    if not isinstance(value, dict):
        raise ValueError(
            f"`{name}` must be a dict such as {example}. Received: {name}={value!r}"
        )
    needed = required(config)
    others = [key for key in describe(config) if key not in needed]
    checks.names(name, value, required=needed, optional=others)
    check_arguments(config, value, f"{name}.")


def checked_integers(name: str, values) -> tuple[int, ...]:
    """Positive integers, at least one, from anything that lists them.

    Raises:
        ValueError: If there is none, or one is no positive integer.
    """
    if isinstance(values, str | dict) or not hasattr(values, "__iter__"):
        raise ValueError(
            f"`{name}` must be a list of positive integers. Received: {name}={values!r}"
        )
    values = tuple(int(v) if isinstance(v, np.integer) else v for v in values)
    if not values:
        raise ValueError(
            f"`{name}` must hold at least one positive integer. Received: {name}=[]"
        )
    for number, value in enumerate(values):
        checks.positive(**{f"{name}[{number}]": value})
    return values


def checked_names(name: str, value) -> int | list[str] | None:
    """An argument that is None, a number, or a list of different names.

    Raises:
        ValueError: If it is none of these.
    """
    if value is None:
        return None
    if isinstance(value, int | np.integer):
        checks.positive(**{name: value})
        return int(value)
    names = list(value) if isinstance(value, list | tuple) else []
    if not names or not all(isinstance(one, str) and one for one in names):
        raise ValueError(
            f"`{name}` must be a number or a list of names. Received: {name}={value!r}"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"`{name}` must differ. Received: {name}={value!r}")
    return names


def check_type(name: str, value, *types: type) -> None:
    """Refuse a value of a file that is of none of some types."""
    if type(value) not in types:
        names = " or ".join(kind.__name__ for kind in types)
        raise ValueError(
            f"`{name}` must be of type {names}. Received: {str(value)[:80]!r}"
        )


def _given(config, values):
    """Name, description and value of each argument that is given, and not None."""
    may_be_none = optional(config)
    for name, argument in describe(config).items():
        if name in values and not (values[name] is None and name in may_be_none):
            yield name, argument, values[name]


def _limit_integer(name, argument: Argument, value):
    checks.within(argument.least, argument.most, **{name: value})


def _limit_integers(name, argument, values):
    if not isinstance(values, list) or not 1 <= len(values) <= argument.longest:
        raise ValueError(
            f"`{name}` must be a list of 1 to {argument.longest} integers. "
            f"Received: {str(values)[:80]}"
        )
    for number, value in enumerate(values):
        _limit_integer(f"{name}[{number}]", argument, value)


def _limit_names(name, argument, value):
    count = len(value) if isinstance(value, list) else value
    _limit_integer(name, argument, count)


def _limit_dict(name, argument, value):
    check_type(name, value, dict)
    needed = required(argument.config)
    others = [key for key in describe(argument.config) if key not in needed]
    checks.names(name, value, required=needed, optional=others)
    check_limits(argument.config, value, f"{name}.")


_LIMITS = {
    int: _limit_integer,
    float: lambda name, argument, value: check_type(name, value, float, int),
    bool: lambda name, argument, value: check_type(name, value, bool),
    str: lambda name, argument, value: checks.one_of(argument.choices, **{name: value}),
    list: _limit_integers,
    dict: _limit_dict,
    "names": _limit_names,
}
