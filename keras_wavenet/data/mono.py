"""Several channels as one: their mean or, where they cancel each other, one of them."""

from collections.abc import Sequence

import numpy as np

# Of the energy that a mix of unrelated channels has; a mix of alike ones has more. Two
# channels of one level reach it at a correlation of -0.8.
_CANCELLED = 0.2


class ChannelEnergies:
    """How loud channels are by themselves and together, block after block."""

    def __init__(self):
        self._products = np.zeros((1, 1))

    def add(self, samples: np.ndarray) -> None:
        """Adds a block, float32 of shape `(T, channels)`."""
        self._products = self._products + (samples.T @ samples).astype("float64")

    @property
    def channel_instead_of_mix(self) -> int | None:
        """The loudest channel if the mean of all would cancel; None if it would not."""
        each = self._products.diagonal()
        if self._products.sum() >= _CANCELLED * each.sum():
            return None
        return int(each.argmax())


def to_mono(samples: np.ndarray, channel: int | None = None) -> np.ndarray:
    """The mean of the channels, or one of them.

    Args:
        samples: float32 array, shape `(T, channels)`.
        channel: The channel to take; None for the mean.

    Returns:
        float32 array, shape `(T,)`.
    """
    channels = samples.shape[1]
    if channels == 1:
        return samples[:, 0]
    if channel is not None:
        return samples[:, channel].copy()  # frees the others
    return samples @ np.full(channels, 1 / channels, "float32")  # the fastest mean


def mix(samples: np.ndarray) -> tuple[np.ndarray, int | None]:
    """One channel for several, and the channel that it is; None for their mean.

    Args:
        samples: float32 array, shape `(T, channels)`.
    """
    energies = ChannelEnergies()
    energies.add(samples)
    channel = energies.channel_instead_of_mix
    return to_mono(samples, channel), channel


def cancelling_note(names: Sequence[str]) -> str:
    """A sentence for the report about clips of which one channel is taken."""
    return (
        f"{len(names)} clips have channels of opposite polarity, which would cancel "
        f"each other in a mix: the loudest channel is taken, as of {names[0]}"
    )
