"""The interface of a family of public WaveNets."""

import abc
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.layers import Layers


@dataclass
class Network:
    """What a family makes of a checkpoint.

    Attributes:
        layers: Its layers.
        arguments: Arguments of `keras_wavenet.WaveNet` but those of `Layers.sizes`.
        notes: What the user should know of the model.
    """

    layers: Layers
    arguments: dict[str, Any]
    notes: list[str] = field(default_factory=list)


class Family(abc.ABC):
    """A public WaveNet whose checkpoints are converted.

    Attributes:
        name: Of the family, for `--family`.
        project: Where its code is.
        anchors: Names of arrays that together no other family has; what stands before
            the first one, such as `"wavenet/"`, is the prefix of all names.
        sample_rate: Hz that its own configuration has.
        has_choice_of_weights: Whether the setting `averaged` tells which of two values
            of each weight are taken.
    """

    name: str
    project: str
    anchors: tuple[str, ...]
    sample_rate = 16000
    has_choice_of_weights = False

    def prefix(self, names: Collection[str]) -> str | None:
        """What stands before the names of the network, or None for other families."""
        first, *others = self.anchors
        for name in names:
            prefix = name.removesuffix(first)
            is_whole_name = not prefix or prefix[-1] in "./"
            if not name.endswith(first) or not is_whole_name:
                continue
            if all(prefix + other in names for other in others):
                return prefix
        return None

    @abc.abstractmethod
    def convert(self, arrays: Arrays, hparams: Hparams) -> Network:
        """Take all arrays of the network.

        Args:
            arrays: Those of the checkpoint.
            hparams: The settings that were given.

        Raises:
            ValueError: If an array is missing or of a wrong shape, a setting does not
                fit, or the checkpoint is of a variant that has no exact counterpart.
        """
