"""Log-F0 and voicing: the pitch of a voice in each frame.

Axes: T samples, F frames.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.features.feature import Feature
from keras_wavenet.utils.extras import import_extra

_PERIODS = 3  # of `fmin` in an analysis window; more would blur quick changes
_PIECE = 2**21  # windowed samples tracked at a time: 33 s at 16 kHz
_OVERLAP = 0.5  # s of context on each side of a piece, against seams
_QUIET = 1e-4  # root mean square, -80 dBFS: frames below it are unvoiced


@dataclass(frozen=True)
class LogF0(Feature):
    """Two channels: the logarithm of the fundamental frequency in Hz, and voicing.

    F0 is tracked by pYIN (librosa) in windows around the middle of the samples that a
    frame covers. In unvoiced frames log-F0 is interpolated linearly between the nearest
    voiced frames, and constant before the first and after the last; in a clip without
    voiced frames it is the mean of the logarithms of `fmin` and `fmax`. Voicing is 1 or
    0.

    The pitch path is found over the whole clip: a segment alone has other frames.

    Args:
        sample_rate: Hz, from 1 to 10^6.
        hop: Samples from one frame to the next, between 2 and 25 ms.
        fmin: Least F0, in Hz, at least 20.
        fmax: Largest F0, in Hz, at least `2 * fmin`; at most 5000, and a quarter of
            `sample_rate`.

    Raises:
        ValueError: If a setting is out of range; the message names it.

    References:
        - Mauch & Dixon, pYIN: A Fundamental Frequency Estimator Using Probabilistic
          Threshold Distributions (ICASSP 2014).
        - Boersma, Accurate Short-Term Analysis of the Fundamental Frequency (1993):
          three periods of the least F0.
        - van den Oord et al. (arXiv 1609.03499), section 3.2: log-F0 as a condition.
    """

    sample_rate: int
    hop: int
    fmin: float = 60.0
    fmax: float = 500.0

    name: ClassVar[str] = "log_f0"
    whole_clip: ClassVar[bool] = True
    channels: ClassVar[int] = 2
    old_names: ClassVar[Mapping[str, str]] = {"lowest": "fmin", "highest": "fmax"}

    def __post_init__(self):
        settings.integer(1, settings.MOST_RATE, sample_rate=self.sample_rate)
        # At smaller hops a path can't move to another pitch; at larger ones it jumps.
        least, most = math.ceil(self.sample_rate / 500), self.sample_rate // 40
        settings.integer(least, min(most, settings.MOST_HOP), hop=self.hop)
        settings.number(40, min(self.sample_rate / 4, 5000), fmax=self.fmax)
        settings.number(20, self.fmax / 2, fmin=self.fmin)

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Return frames `first` to `stop - 1`, `(stop - first, 2)`: see `Feature`.

        The whole clip is read.
        """
        samples = read(0, length)
        samples = samples - samples.mean(dtype="float64")  # without the DC offset
        count = -(-length // self.hop)
        f0, voiced = self._track(samples, count)
        voiced &= self._loudness(samples, count) >= _QUIET
        frames = np.stack([self._connect(f0, voiced), voiced], axis=1)  # (F, 2)
        return frames[first:stop].astype("float32")

    def _track(self, samples, count) -> tuple[np.ndarray, np.ndarray]:
        """F0 in Hz and whether it is voiced, piece by piece: each of shape `(F,)`."""
        window = 2 * math.ceil(_PERIODS * self.sample_rate / self.fmin / 2)
        before = window // 2 - self.hop // 2
        after = (count - 1) * self.hop + window - before - len(samples)
        samples = np.pad(samples, (max(before, 0), max(after, 0)))
        skipped = max(-before, 0)  # if a hop is longer than a window
        size = max(_PIECE // window, 1)
        overlap = math.ceil(_OVERLAP * self.sample_rate / self.hop)
        f0, voiced = np.empty(count), np.empty(count, bool)
        for first in range(0, count, size):
            stop = min(first + size, count)
            begin, end = max(first - overlap, 0), min(stop + overlap, count)
            start = skipped + begin * self.hop
            piece = samples[start : start + (end - begin - 1) * self.hop + window]
            found = self._track_piece(piece, window)
            kept = slice(first - begin, stop - begin)
            f0[first:stop], voiced[first:stop] = found[0][kept], found[1][kept]
        return f0, voiced

    def _track_piece(self, samples, window):
        return import_extra("librosa", "Fundamental frequency").pyin(
            samples,
            fmin=self.fmin,
            fmax=self.fmax,
            sr=self.sample_rate,
            frame_length=window,
            hop_length=self.hop,
            center=False,
            fill_na=None,
        )

    def _loudness(self, samples, count) -> np.ndarray:
        """Root mean square of the samples that each frame covers, `(F,)`."""
        padded = np.pad(samples, (0, count * self.hop - len(samples)))
        return np.sqrt(np.square(padded).reshape(count, self.hop).mean(axis=1))

    def _connect(self, f0, voiced) -> np.ndarray:
        """Log-F0, interpolated linearly in unvoiced frames, `(F,)`."""
        if not voiced.any():
            return np.full(len(f0), math.log(self.fmin * self.fmax) / 2)
        (places,) = voiced.nonzero()
        return np.interp(np.arange(len(f0)), places, np.log(f0[places]))
