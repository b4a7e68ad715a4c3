"""Log-mel spectrogram: the logarithm of the magnitude in each mel band and frame.

Axes: T samples, F frames, W samples of an analysis window, M mel bands.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.features.feature import Feature
from keras_wavenet.utils.extras import import_extra

_BLOCK = 2**19  # windowed samples in memory at a time: 4 MB


@dataclass(frozen=True)
class LogMel(Feature):
    """The logarithm of a mel spectrogram.

    Each frame is windowed (periodic Hann), Fourier-transformed and summed in triangular
    bands, with `floor` as the least value. Frame f covers the samples `f * hop` to
    `f * hop + hop - 1`. A frame depends only on the samples in its window: the frames
    of a segment equal those of the whole clip, bit for bit.

    Args:
        sample_rate: Hz, from 1 to 10^6.
        hop: Samples from one frame to the next, up to 10^5.
        window: Samples of the analysis window, from 2 to `n_fft`.
        n_fft: Samples of the Fourier transform, up to 2^16; windows are zero-padded.
        n_mels: Number of mel bands, up to 1024.
        fmin: Lower edge of the first band, in Hz.
        fmax: Upper edge of the last band, in Hz, at most half of `sample_rate`.
        power: 1 to sum magnitudes in the bands, 2 to sum their squares.
        mel_scale: `"slaney"`, linear up to 1 kHz, or `"htk"`.
        mel_norm: `"slaney"`, bands of equal area, or None, bands of equal peak.
        log: `"ln"`, `"log10"` or `"decibel"`.
        floor: Least value of a band before the logarithm.
        ref_level: With `"decibel"`, the reference in dB, which is subtracted.
        min_level: With `"decibel"`, a negative level in dB that is scaled to 0, while
            0 dB is scaled to 1; frames are clipped to [0, 1]. None: frames are in dB.
        pre_emphasis: From 0 to below 1: `x[t] - pre_emphasis * x[t - 1]` is analysed.
        center: Center of window f: `"middle"`, sample `f * hop + hop // 2`, the middle
            of the samples that the frame covers; or `"start"`, sample `f * hop`, as in
            librosa and many vocoders.

    Raises:
        ValueError: If a setting is out of range; the message names it.

    References:
        - Shen et al. (arXiv 1712.05884), section 2.2.
    """

    sample_rate: int
    hop: int
    window: int
    n_fft: int
    n_mels: int
    fmin: float
    fmax: float
    power: int = 1
    mel_scale: str = "slaney"
    mel_norm: str | None = "slaney"
    log: str = "ln"
    floor: float = 1e-5
    ref_level: float = 0.0
    min_level: float | None = None
    pre_emphasis: float = 0.0
    center: str = "middle"

    name: ClassVar[str] = "log_mel"
    old_names: ClassVar[Mapping[str, str]] = {
        "fft": "n_fft",
        "bands": "n_mels",
        "lowest": "fmin",
        "highest": "fmax",
        "centre": "center",
    }

    def __post_init__(self):
        settings.integer(1, settings.MOST_RATE, sample_rate=self.sample_rate)
        settings.integer(1, settings.MOST_HOP, hop=self.hop)
        settings.integer(2, settings.MOST_FFT, n_fft=self.n_fft)
        settings.integer(2, self.n_fft, window=self.window)
        settings.integer(1, settings.MOST_MELS, n_mels=self.n_mels)
        settings.number(0, self.sample_rate / 2, fmax=self.fmax)
        settings.number(0, self.fmax, fmin=self.fmin)
        if self.fmin == self.fmax:
            raise ValueError(
                f"`fmin` must be below `fmax`. Received: fmin={self.fmin}, "
                f"fmax={self.fmax}"
            )
        settings.one_of((1, 2), power=self.power)
        settings.one_of(("slaney", "htk"), mel_scale=self.mel_scale)
        settings.one_of(("slaney", None), mel_norm=self.mel_norm)
        settings.number(0, 0.999, pre_emphasis=self.pre_emphasis)
        settings.one_of(("middle", "start"), center=self.center)
        self._check_levels()

    def _check_levels(self):
        settings.one_of(("ln", "log10", "decibel"), log=self.log)
        settings.number(1e-30, 1, floor=self.floor)
        settings.number(-1000, 1000, ref_level=self.ref_level)
        if self.min_level is not None:
            settings.number(-1000, -1, min_level=self.min_level)
        if self.log != "decibel" and (self.ref_level or self.min_level is not None):
            raise ValueError(
                '`ref_level` and `min_level` are for `log="decibel"`. Received: '
                f"log={self.log!r}, ref_level={self.ref_level}, "
                f"min_level={self.min_level}"
            )

    @property
    def channels(self) -> int:
        """Channels of a frame: one for each band."""
        return self.n_mels

    @property
    def window_start(self) -> int:
        """First sample of the window of frame 0; negative if it precedes the clip."""
        # As in librosa: the window in the middle of a transform around the center.
        start = (self.n_fft - self.window) // 2 - self.n_fft // 2
        return start + (self.hop // 2 if self.center == "middle" else 0)

    def band_centers(self) -> np.ndarray:
        """Return the mean bin of each band, weighted by the band's filter.

        Returns:
            float64 array, shape `(n_mels,)`, from 0 to `n_fft // 2`; NaN for a band too
            narrow to have a bin.
        """
        bins, weights, starts = self.filter_entries
        total = np.add.reduceat(weights, starts)
        centers = np.add.reduceat(weights * bins, starts) / np.where(total, total, 1)
        return np.where(total > 0, centers, np.nan)

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Return frames `first` to `stop - 1`, `(stop - first, n_mels)`: see `Feature`.

        Only the samples in the windows of these frames are read.
        """
        frames = np.empty((stop - first, self.n_mels), "float32")
        size = max(_BLOCK // self.n_fft, 1)
        for begin in range(first, stop, size):
            end = min(begin + size, stop)
            samples = self._read_samples(read, begin, end)
            frames[begin - first : end - first] = self._analyse(samples)
        return frames

    def _read_samples(self, read, first, stop) -> np.ndarray:
        """The pre-emphasized samples in the windows of frames: float64, `(T,)`."""
        start = first * self.hop + self.window_start
        end = (stop - 1) * self.hop + self.window_start + self.window
        if not self.pre_emphasis:
            return read(start, end).astype("float64")
        samples = read(start - 1, end).astype("float64")
        return samples[1:] - self.pre_emphasis * samples[:-1]

    def _analyse(self, samples) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(samples, self.window)
        windowed = windows[:: self.hop] * self._hann  # (F, W)
        spectrum = np.abs(np.fft.rfft(windowed, self.n_fft)) ** self.power
        bins, weights, starts = self.filter_entries
        # A matrix product would add up in an order that depends on the segment.
        weighted = spectrum[:, bins] * weights
        return self._compress(np.add.reduceat(weighted, starts, axis=1))  # (F, M)

    def _compress(self, mel) -> np.ndarray:
        mel = np.maximum(mel, self.floor)
        if self.log == "ln":
            return np.log(mel)
        if self.log == "log10":
            return np.log10(mel)
        decibels = 20 / self.power * np.log10(mel) - self.ref_level
        if self.min_level is None:
            return decibels
        return np.clip(1 - decibels / self.min_level, 0, 1)

    @cached_property
    def _hann(self) -> np.ndarray:
        return np.hanning(self.window + 1)[:-1]

    @cached_property
    def filters(self) -> np.ndarray:
        """The triangular filters of all bands: float32, `(n_mels, n_fft // 2 + 1)`.

        Raises:
            ImportError: If the extra `features` is not installed.
        """
        return import_extra("librosa", "A log-mel spectrogram").filters.mel(
            sr=self.sample_rate,
            n_fft=self.n_fft,
            n_mels=self.n_mels,
            fmin=self.fmin,
            fmax=self.fmax,
            htk=self.mel_scale == "htk",
            norm=self.mel_norm,
        )

    @property
    def natural_log(self) -> tuple[float, float]:
        """Slope and offset from a frame's value to the natural logarithm of its band.

        For each `log` and scale, the band is `exp(slope * value + offset)`; where
        frames are clipped, this is the limit.
        """
        if self.log == "ln":
            return 1.0, 0.0
        if self.log == "log10":
            return math.log(10), 0.0
        per_decibel = self.power * math.log(10) / 20
        if self.min_level is None:
            return per_decibel, per_decibel * self.ref_level
        return (
            -per_decibel * self.min_level,
            per_decibel * (self.min_level + self.ref_level),
        )

    @property
    def window_energy(self) -> float:
        """Sum of the squares of the analysis window."""
        return float(np.sum(self._hann**2))

    @cached_property
    def filter_entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The nonzero entries of the filters, band by band.

        Returns:
            The bin and the float64 weight of each entry, and the first entry of each
            band.
        """
        filters = self.filters
        used = filters > 0
        used[~used.any(axis=1), 0] = True  # a band without a bin adds one zero
        bands, bins = used.nonzero()
        starts = np.searchsorted(bands, np.arange(self.n_mels))
        return bins, filters[used].astype("float64"), starts
