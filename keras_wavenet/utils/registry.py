"""Registration of classes, or of instances of them, under names that must be new."""

from typing import TypeVar

Entry = TypeVar("Entry")


def register_class(registry: dict, cls: Entry, base: type) -> Entry:
    """Register a class under its `name`.

    Args:
        registry: Classes by name, written.
        cls: A subclass of `base`.
        base: The class of which it must be one.

    Returns:
        The class, so that a function that calls this one is a class decorator.

    Raises:
        ValueError: If it is no such class, or its name is another one's.

    Example:
        >>> register_class(DISTRIBUTIONS, Laplace, Distribution)
    """
    if not (isinstance(cls, type) and issubclass(cls, base)):
        raise ValueError(_expected("a subclass", base, cls))
    return _add(registry, cls)


def register_instance(registry: dict, entry: Entry, base: type) -> Entry:
    """As `register_class`, for an instance of the class `base`."""
    if not isinstance(entry, base):
        raise ValueError(_expected("an instance", base, entry))
    return _add(registry, entry)


def _add(registry, entry):
    if registry.setdefault(entry.name, entry) is not entry:
        other = registry[entry.name]
        cls = other if isinstance(other, type) else type(other)
        raise ValueError(
            f"`name` must be new. Received: {entry.name!r}, which is that of "
            f"{cls.__name__}"
        )
    return entry


def _expected(what, base, received):
    """The error; a base is public in the package of its module."""
    package = base.__module__.rpartition(".")[0]
    return (
        f"A {base.__name__.lower()} must be {what} of `{package}.{base.__name__}`. "
        f"Received: {received!r}"
    )
