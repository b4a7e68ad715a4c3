"""Mean and standard deviation of each channel, of frames that are added in blocks.

Axes: F frames, C channels.
"""

import numpy as np


class ChannelStatistics:
    """Count, mean and standard deviation of all frames so far.

    Blocks are merged by their own means and sums of squares, without loss of precision
    for any number of blocks (Chan et al. 1979).

    Args:
        channels: Number of channels.

    Attributes:
        count: Frames so far.
        mean: float64 array, shape `(channels,)`.
    """

    def __init__(self, channels: int):
        self.count = 0
        self.mean = np.zeros(channels)
        self._squares = np.zeros(channels)  # of the differences from the mean

    def add(self, frames: np.ndarray) -> None:
        """Add frames: float array, shape `(F, C)`."""
        if not len(frames):
            return
        mean = frames.mean(axis=0, dtype="float64")
        step = mean - self.mean
        total = self.count + len(frames)
        self.mean = self.mean + step * (len(frames) / total)
        self._squares += np.square(frames - mean).sum(axis=0)
        self._squares += np.square(step) * (self.count * len(frames) / total)
        self.count = total

    def std(self) -> np.ndarray:
        """Standard deviation of each channel: float64, shape `(channels,)`."""
        return np.sqrt(self._squares / self.count)
