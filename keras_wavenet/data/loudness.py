"""How loud audio is: measured in blocks, while a source is read through."""

from dataclasses import dataclass

import numpy as np

CLIPPED = 0.999  # of full scale: samples at least as large count as clipped
QUIET = 1e-3  # root mean square of a frame, -60 dBFS: below it, it counts as silence
FRAME = 512  # samples


@dataclass(frozen=True)
class Loudness:
    """Loudness of a clip, or of several: the sum of two is that of both together.

    Attributes:
        samples: Number of samples that were measured; 0 if none were.
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

    def __add__(self, other: "Loudness") -> "Loudness":
        return Loudness(
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


def measure_loudness(waveform: np.ndarray) -> Loudness:
    """Measures the loudness of a waveform, or of one block of it.

    Args:
        waveform: float array, shape `(T,)`, full scale at 1.
    """
    if not len(waveform):
        return Loudness()
    magnitudes = np.abs(waveform)
    squares = np.square(magnitudes, dtype="float64")
    starts = np.arange(0, len(waveform), FRAME)
    sizes = np.diff(starts, append=len(waveform))
    quiet = np.add.reduceat(squares, starts) < QUIET**2 * sizes
    return Loudness(
        samples=len(waveform),
        peak=float(magnitudes.max()),
        energy=float(squares.sum()),
        clipped=int((magnitudes >= CLIPPED).sum()),
        quiet=int(sizes[quiet].sum()),
    )


def frame_energies(waveform: np.ndarray) -> np.ndarray:
    """Sum of the squared samples of each frame of 512, of which the last may be short.

    Args:
        waveform: float array, shape `(T,)`, T at least 1.
    """
    squares = np.square(waveform, dtype="float64")
    return np.add.reduceat(squares, np.arange(0, len(waveform), FRAME))
