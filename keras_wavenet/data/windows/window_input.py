"""What a window holds beside its audio, and the arrays that hold it."""

import abc
from typing import NamedTuple

import numpy as np


class ArraySpec(NamedTuple):
    """What an array is like.

    Attributes:
        shape: Its shape.
        dtype: Name of its type.
        fill: What it holds where a batch has no window left.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    fill: int = 0

    def batched(self, batch_size: int) -> "ArraySpec":
        """What so many of them are like together."""
        return self._replace(shape=(batch_size, *self.shape))

    def filled(self) -> np.ndarray:
        """A new array that holds `fill`."""
        return np.full(self.shape, self.fill, self.dtype)


class WindowInput(abc.ABC):
    """Inputs of a model that belong to a window: a pure function of clip and place.

    Attributes:
        specs: What they are like, by their name in `x`.
    """

    specs: dict[str, ArraySpec]

    @abc.abstractmethod
    def read(self, clip: int, start: int) -> dict[str, np.ndarray]:
        """The inputs of a window.

        Args:
            clip: Index of its clip.
            start: The first sample of the clip that it scores; negative where the
                window begins before the clip.

        Returns:
            Arrays as in `specs`.
        """
