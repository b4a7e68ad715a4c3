"""Flags of the command line, made from the fields of `Options`."""

import argparse
from collections.abc import Iterable
from typing import Any

from keras_wavenet.utils.options import Option, Options


def add_option_flags(
    group: Any, options: type[Options], names: Iterable[str] | None = None
) -> None:
    """Add a flag for each option.

    Args:
        group: A parser, or an argument group of one.
        options: The dataclass.
        names: Of the options; None takes all.
    """
    described = options.described()
    defaults = options()
    for name in described if names is None else names:
        option, default = described[name], getattr(defaults, name)
        flag = "--" + name.replace("_", "-")
        group.add_argument(
            flag, default=default, help=option.summary, **_form(option, default)
        )


def options_from(
    options: type[Options], arguments: argparse.Namespace, **others: Any
) -> Options:
    """The options that the flags give.

    Args:
        options: The dataclass.
        arguments: Parsed flags of `add_option_flags`.
        **others: Fields that have no flag.

    Raises:
        ValueError: If options contradict each other.
    """
    names = options.described()
    return options(**{name: getattr(arguments, name) for name in names}, **others)


def _form(option: Option, default: Any) -> dict[str, Any]:
    """How `argparse` reads an option."""
    if option.choices is not None:
        return {"choices": option.choices}
    if option.kind is bool and default is False:
        return {"action": "store_true"}
    if option.kind is bool:
        return {"action": argparse.BooleanOptionalAction}

    def read(text):
        try:
            value = option.kind(text)
        except ValueError:
            value = None
        if value is None or not option.accepts(value):
            raise argparse.ArgumentTypeError(
                f"must be {option.expected}. Received: {text}"
            )
        return value

    return {"type": read, "metavar": option.metavar}
