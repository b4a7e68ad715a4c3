"""The type of tensors in signatures."""

import typing

# A tensor of the Keras backend or a symbolic one. Backends share no class for it, so
# that type checkers accept anything; an array is annotated as `np.ndarray`.
Tensor: typing.TypeAlias = typing.Any
