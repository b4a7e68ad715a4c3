"""The variables of Rayhane-mamah/Tacotron-2's WaveNet by what they are for.

What stands before a name depends on versions of TensorFlow and of the project. The last
parts alone tell the role: the name of a layer, and `kernel` or `bias`.
"""

import re
from collections.abc import Collection

import numpy as np

from keras_wavenet.converters.arrays import Arrays

_AVERAGE = "/ExponentialMovingAverage"
_OPTIMIZER = r".*/Adam(_1)?|(.*/)?(beta[12]_power|learning_rate|global_step)"
_LAYERS = (
    r"input_convolution|final_convolution_[12]"
    r"|residual_block_(?:causal|cin|gin|out|skip)_conv_(?:\w*_)?\d+"
    r"|(?:ConvTranspose1D|ConvTranspose2D|ResizeConvolution|SubPixelConvolution)"
    r"_layer_\d+"
)
_NAME = re.compile(rf"(?:.*/)?(?:({_LAYERS})/(kernel|bias)|(gc_embedding))")
# A training also holds the network of its evaluation, which shares the names or, in
# some versions of TensorFlow, has others: without averages and untrained.
_LAST_VALUE = rf"(.*/)?(({_LAYERS})(_\d+)?/(kernel|bias)|gc_embedding(_\d+)?)"
_BLOCK = re.compile(r"(residual_block_\w+_conv)_(?:\w*_)?(\d+)")


class Variables:
    """The variables of the network, moving averages where the checkpoint has them.

    Args:
        arrays: Those of the checkpoint.

    Attributes:
        averaged: Whether they are moving averages.

    Raises:
        ValueError: If two variables have the same role.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.averaged = any(name.endswith(_AVERAGE) for name in arrays.names)
        self._names = by_role(arrays.names, self.averaged)

    def __contains__(self, role: str) -> bool:
        return role in self._names

    def count(self, pattern: str) -> int:
        """How many numbers a role is there with: `"..._{}/kernel"` with 0, 1, ..."""
        number = 0
        while pattern.format(number) in self:
            number += 1
        return number

    def shape(self, role: str, rank: int) -> tuple[int, ...]:
        """As `Arrays.shape`."""
        return self._arrays.shape(self._name(role), rank)

    def take(self, role: str, target: str, shape: tuple[int | None, ...]) -> np.ndarray:
        """As `Arrays.take`."""
        return self._arrays.take(self._name(role), target, shape)

    def take_projection(
        self, layer: str, target: str, shape: tuple[int | None, int | None]
    ) -> np.ndarray:
        """Take a kernel of one tap, as (inputs, outputs)."""
        return self.take(f"{layer}/kernel", target, (1, *shape))[0]

    def take_bias(self, layer: str, target: str, channels: int) -> np.ndarray:
        """Take a bias."""
        return self.take(f"{layer}/bias", target, (channels,))

    def leave_out_others(self) -> None:
        """Take out what generation does not use."""
        self._arrays.leave_out(_OPTIMIZER, "of the optimizer")
        self._arrays.leave_out(
            rf".*/g({_AVERAGE})?", "a length: generation computes with the kernel alone"
        )
        if self.averaged:
            self._arrays.leave_out(_LAST_VALUE, "the moving average is taken")

    def _name(self, role):
        """The name in the checkpoint; that of the role where it is missing."""
        return self._names.get(role, role + (_AVERAGE if self.averaged else ""))


def by_role(names: Collection[str], averaged: bool) -> dict[str, str]:
    """Names in a checkpoint by role, such as `"residual_block_out_conv_3/kernel"`.

    Args:
        names: All names.
        averaged: Whether those of the moving averages are meant.

    Raises:
        ValueError: If two have the same role.
    """
    found = {}
    for name in names:
        if name.endswith(_AVERAGE) != averaged:
            continue
        match = _NAME.fullmatch(name.removesuffix(_AVERAGE))
        if match is None:
            continue
        layer, kind, embedding = match.groups()
        role = embedding or _BLOCK.sub(r"\1_\2", layer) + f"/{kind}"
        if role in found:
            raise ValueError(
                "A checkpoint must hold one network. Received: "
                f"`{found[role]}` and `{name}`"
            )
        found[role] = name
    return found
