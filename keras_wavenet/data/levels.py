"""How loud audio is: measured in blocks, while a source is read through."""

from dataclasses import dataclass

import numpy as np

CLIPPED = 0.999  # of full scale: what a recording that was too loud is cut off at
QUIET = 1e-3  # root mean square of a frame, -60 dBFS: below it nobody hears anything
_FRAME = 512  # samples


@dataclass(frozen=True)
class Levels:
    """Levels of a clip, or of several: levels add up.

    Attributes:
        samples: Number of samples that were measured.
        peak: Largest absolute sample; full scale is 1.
        energy: Sum of the squared samples.
        clipped: Samples at full scale.
        quiet: Samples in frames whose root mean square is below -60 dBFS.
    """

    samples: int = 0
    peak: float = 0.0
    energy: float = 0.0
    clipped: int = 0
    quiet: int = 0

    def __add__(self, other: "Levels") -> "Levels":
        return Levels(
            self.samples + other.samples,
            max(self.peak, other.peak),
            self.energy + other.energy,
            self.clipped + other.clipped,
            self.quiet + other.quiet,
        )

    @property
    def decibels(self) -> float:
        """Root mean square in dBFS; minus infinity for digital silence."""
        if self.energy == 0:
            return -np.inf
        return float(10 * np.log10(self.energy / self.samples))


def measure_levels(waveform: np.ndarray) -> Levels:
    """Levels of a waveform, or of one block of it.

    Args:
        waveform: float array, shape `(T,)`, full scale at 1.
    """
    if not len(waveform):
        return Levels()
    loudness = np.abs(waveform)
    squares = np.square(loudness, dtype="float64")
    starts = np.arange(0, len(waveform), _FRAME)
    sizes = np.diff(starts, append=len(waveform))
    quiet = np.add.reduceat(squares, starts) < QUIET**2 * sizes
    return Levels(
        samples=len(waveform),
        peak=float(loudness.max()),
        energy=float(squares.sum()),
        clipped=int((loudness >= CLIPPED).sum()),
        quiet=int(sizes[quiet].sum()),
    )
