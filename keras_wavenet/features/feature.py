"""The base class of acoustic features.

Axes: F frames, C channels.
"""

import abc
import dataclasses
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np


class Feature(abc.ABC):
    """Some channels of the frames of a clip, such as log-mel bands.

    Frame f covers the samples `f * hop` to `f * hop + hop - 1`. A subclass is a frozen
    dataclass of settings (or has a `get_config` of its own) and is registered by
    `keras_wavenet.features.register`.

    Attributes:
        name: The feature's name in configs.
        sample_rate: Hz.
        hop: Samples covered by a frame.
        channels: Channels of a frame, C.
        whole_clip: Whether a frame depends on the whole clip.
        old_names: Old names of settings, and their current ones: both are read from
            configs.
    """

    name: ClassVar[str]
    whole_clip: ClassVar[bool] = False
    old_names: ClassVar[Mapping[str, str]] = {}
    sample_rate: int
    hop: int
    channels: int

    @abc.abstractmethod
    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Return frames `first` to `stop - 1` of a clip.

        A segment must have the same frames as the whole clip, bit for bit.

        Args:
            read: `read(start, stop)` returns samples `start` to `stop - 1` of the clip,
                a float32 array; zeros outside the clip.
            length: Samples of the clip.
            first: First frame.
            stop: The frame after the last.

        Returns:
            float32 array, shape `(stop - first, channels)`.
        """

    @property
    def weight_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the weights of a learned feature by name; others have none."""
        return {}

    @property
    def weights(self) -> Mapping[str, np.ndarray] | None:
        """Its weights by name, float32; `None` where it has none, or none yet."""
        return None

    def with_weights(
        self, weights: Callable[[], Mapping[str, np.ndarray]]
    ) -> "Feature":
        """The same feature with weights, which a function gives at each use."""
        return self

    def get_config(self) -> dict:
        """Return plain JSON, from which `features.get` makes the feature again."""
        return {"name": self.name, **dataclasses.asdict(self)}
