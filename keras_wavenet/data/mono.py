"""Several channels as one: their mean or, where they cancel each other, one of them."""

from collections.abc import Sequence

import numpy as np

# Of the energy that a mix of unrelated channels has; that of alike ones has more. Two
# channels of one level reach it at a correlation of -0.8.
_CANCELLED = 0.2


class Cancellation:
    """Whether channels cancel each other in their mean, found block after block."""

    def __init__(self):
        self._of_all, self._of_mix = 0.0, 0.0
        self._of_each = np.zeros(1)  # in blocks that cancel: rare, and slow to find

    def add(self, samples: np.ndarray, mean: np.ndarray) -> None:
        """Adds a block.

        Args:
            samples: float32 array, shape `(T, channels)`.
            mean: Their mean over the channels, shape `(T,)`.
        """
        of_all = float(np.vdot(samples, samples))
        of_mix = samples.shape[1] ** 2 * float(np.vdot(mean, mean))
        if of_mix < _CANCELLED * of_all:
            self._of_each = self._of_each + np.einsum("tc,tc->c", samples, samples)
        self._of_all += of_all
        self._of_mix += of_mix

    @property
    def channel(self) -> int | None:
        """The loudest channel if the mean of all cancels; None if it does not."""
        if self._of_mix >= _CANCELLED * self._of_all:
            return None
        return int(self._of_each.argmax())


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
    mean, cancellation = to_mono(samples), Cancellation()
    cancellation.add(samples, mean)
    channel = cancellation.channel
    return (mean if channel is None else to_mono(samples, channel)), channel


def cancelling_note(names: Sequence[str]) -> str:
    """A sentence for the report about clips of which one channel is taken."""
    return (
        f"{len(names)} clips have channels of opposite polarity, which would cancel "
        f"each other in a mix: the loudest channel is taken, as of {names[0]}"
    )
