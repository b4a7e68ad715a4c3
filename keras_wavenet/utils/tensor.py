"""The type of tensors in signatures, and what is known of their sizes."""

import typing

# A tensor of the Keras backend or a symbolic one. Backends share no class for it, so
# that type checkers accept anything; an array is annotated as `np.ndarray`.
Tensor: typing.TypeAlias = typing.Any


def known(size: typing.Any) -> int | None:
    """A size of a tensor as an integer, or `None` where it is not known yet.

    While a model is exported a size is symbolic, or on PyTorch a tensor. Comparing one
    fails, or makes the program serve that size alone.
    """
    return size if isinstance(size, int) else None
