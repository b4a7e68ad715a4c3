"""Log-F0 and voicing: the melody of a voice, frame by frame.

Axes: T samples, F frames.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.utils.extras import import_extra

_PERIODS = 3  # of the lowest voice in an analysis window: more blur quick changes
_PIECE = 2**21  # values in the windows of what is tracked at a time: 33 s at 16 kHz
_OVERLAP = 0.5  # s heard on each side of a piece, so that its seams do not show
_QUIET = 1e-4  # root mean square: nothing below -80 dBFS counts as a voice


@dataclass(frozen=True)
class LogF0:
    """Two channels: the logarithm of the fundamental frequency in Hz, and voicing.

    F0 is tracked by pYIN (librosa) in windows around the middle of what a frame speaks
    of. Where nothing is voiced, log-F0 goes straight from one voiced stretch to the
    next, and stays what it is before the first and after the last; in a clip without
    any voice it is halfway between `lowest` and `highest`. Voicing is 1 or 0.

    A path is looked for through a whole clip: its frames can't be made of a stretch.

    Args:
        sample_rate: Hz, from 1 to 10^6.
        hop: Samples from one frame to the next, between 2 and 25 ms.
        lowest: The lowest voice that is looked for, in Hz, at least 20.
        highest: The highest, in Hz, at least `2 * lowest`; at most 5000, and a quarter
            of `sample_rate`.

    Raises:
        ValueError: If a setting is out of range; names it.

    References:
        - Mauch & Dixon, pYIN: A Fundamental Frequency Estimator Using Probabilistic
          Threshold Distributions (ICASSP 2014).
        - Boersma, Accurate Short-Term Analysis of the Fundamental Frequency (1993):
          three periods of the lowest voice.
        - van den Oord et al. (arXiv 1609.03499), section 3.2: log-F0 as a condition.
    """

    sample_rate: int
    hop: int
    lowest: float = 60.0
    highest: float = 500.0

    name: ClassVar[str] = "log_f0"
    whole_clip: ClassVar[bool] = True
    channels: ClassVar[int] = 2

    def __post_init__(self):
        settings.integer(1, settings.MOST_RATE, sample_rate=self.sample_rate)
        # A path has no way to another pitch at less; at more, more than there are.
        least, most = math.ceil(self.sample_rate / 500), self.sample_rate // 40
        settings.integer(least, min(most, settings.MOST_HOP), hop=self.hop)
        settings.number(40, min(self.sample_rate / 4, 5000), highest=self.highest)
        settings.number(20, self.highest / 2, lowest=self.lowest)

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Frames `first` to `stop - 1` of a clip, for which all of it is read.

        Args:
            read: Gives samples `start` to `stop - 1` of the clip, silence outside it.
            length: Samples of the clip.
            first: First frame.
            stop: The frame after the last.

        Returns:
            float32 array, shape `(stop - first, 2)`.
        """
        samples = read(0, length)
        samples = samples - samples.mean(dtype="float64")  # an offset is no voice
        count = -(-length // self.hop)
        f0, voiced = self._track(samples, count)
        voiced &= self._loudness(samples, count) >= _QUIET
        frames = np.stack([self._connect(f0, voiced), voiced], axis=1)  # (F, 2)
        return frames[first:stop].astype("float32")

    def _track(self, samples, count) -> tuple[np.ndarray, np.ndarray]:
        """F0 in Hz and whether it is voiced, piece by piece: each of shape `(F,)`."""
        window = 2 * math.ceil(_PERIODS * self.sample_rate / self.lowest / 2)
        before = window // 2 - self.hop // 2
        after = (count - 1) * self.hop + window - before - len(samples)
        samples = np.pad(samples, (max(before, 0), max(after, 0)))
        skipped = max(-before, 0)  # a hop longer than a window
        size = max(_PIECE // window, 1)
        overlap = math.ceil(_OVERLAP * self.sample_rate / self.hop)
        f0, voiced = np.empty(count), np.empty(count, bool)
        for first in range(0, count, size):
            stop = min(first + size, count)
            begin, end = max(first - overlap, 0), min(stop + overlap, count)
            start = skipped + begin * self.hop
            heard = samples[start : start + (end - begin - 1) * self.hop + window]
            found = self._track_piece(heard, window)
            kept = slice(first - begin, stop - begin)
            f0[first:stop], voiced[first:stop] = found[0][kept], found[1][kept]
        return f0, voiced

    def _track_piece(self, samples, window):
        return import_extra("librosa", "Fundamental frequency").pyin(
            samples,
            fmin=self.lowest,
            fmax=self.highest,
            sr=self.sample_rate,
            frame_length=window,
            hop_length=self.hop,
            center=False,
            fill_na=None,
        )

    def _loudness(self, samples, count) -> np.ndarray:
        """Root mean square of what each frame speaks of, `(F,)`."""
        padded = np.pad(samples, (0, count * self.hop - len(samples)))
        return np.sqrt(np.square(padded).reshape(count, self.hop).mean(axis=1))

    def _connect(self, f0, voiced) -> np.ndarray:
        """Log-F0 with straight lines through what is not voiced, `(F,)`."""
        if not voiced.any():
            return np.full(len(f0), math.log(self.lowest * self.highest) / 2)
        (places,) = voiced.nonzero()
        return np.interp(np.arange(len(f0)), places, np.log(f0[places]))

    def get_config(self) -> dict:
        """Plain JSON, from which `features.get` makes it again."""
        return settings.config_of(self)
