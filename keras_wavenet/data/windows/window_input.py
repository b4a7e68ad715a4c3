"""What a window holds besides its audio, and the arrays that hold it."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ArraySpec:
    """What an array of a window is like.

    Attributes:
        shape: Its shape.
        dtype: Name of its type.
        fill: Its value where a batch has no window left.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    fill: int = 0

    def stack(self, rows: Sequence[np.ndarray], size: int) -> np.ndarray:
        """Stacks such arrays, and adds rows of `fill` up to so many."""
        stacked = np.full((size, *self.shape), self.fill, self.dtype)
        for place, row in enumerate(rows):
            stacked[place] = row
        return stacked


class WindowInput(abc.ABC):
    """Inputs of a model that belong to a window: a pure function of clip and place.

    Attributes:
        specs: What they are like, by their name in `x`.
    """

    specs: dict[str, ArraySpec]

    @abc.abstractmethod
    def read(self, clip: int, start: int) -> dict[str, np.ndarray]:
        """Computes the inputs of a window.

        Args:
            clip: Index of its clip.
            start: The first sample of the clip that it scores; negative where the
                window begins before the clip.

        Returns:
            Arrays as in `specs`.
        """


class ContextValid(WindowInput):
    """`"context_valid"`, an int32: how many samples of the context are the clip's.

    The zero sample before a clip, from which its first one is predicted, counts among
    them. A negative number is that of positions of the waveform before that sample.

    Args:
        context_length: Samples of context, n, the most that can be valid, and the value
            for places of a batch without a window.
    """

    def __init__(self, context_length: int):
        self._context_length = context_length
        self.specs = {"context_valid": ArraySpec((), "int32", fill=context_length)}

    def read(self, clip: int, start: int) -> dict[str, np.ndarray]:
        return {"context_valid": np.int32(min(start, self._context_length))}
