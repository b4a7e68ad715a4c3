"""Log-mel spectrogram: how loud each band of hearing is, frame by frame.

Axes: T samples, F frames, W samples of an analysis window, M mel bands.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.utils.extras import import_extra

_BLOCK = 2**19  # values of windowed samples worked on at a time: 4 MB


@dataclass(frozen=True)
class LogMel:
    """The logarithm of a mel spectrogram.

    Each frame is windowed (periodic Hann), Fourier-transformed and summed in triangular
    bands; what is below `floor` is lifted to it. Frame f speaks of the samples
    `f * hop` to `f * hop + hop - 1`. A frame depends on nothing but the samples in its
    window, so that a stretch of a clip has the frames that the whole clip has, bit for
    bit.

    Args:
        sample_rate: Hz, from 1 to 10^6.
        hop: Samples from one frame to the next, up to 10^5.
        window: Samples of the analysis window, from 2 to `fft`.
        fft: Samples of the Fourier transform, up to 2^16; zeros follow a window.
        bands: Number of mel bands, up to 1024.
        lowest: Lower edge of the lowest band, in Hz.
        highest: Upper edge of the highest band, in Hz, at most half of `sample_rate`.
        power: 1 to sum magnitudes in the bands, 2 to sum their squares.
        mel_scale: `"slaney"`, linear up to 1 kHz, or `"htk"`.
        mel_norm: `"slaney"`, bands of equal area, or None, bands of equal peak.
        log: `"ln"`, `"log10"` or `"decibel"`.
        floor: What a band holds at least, before the logarithm.
        ref_level: With `"decibel"`, what is subtracted, in dB.
        min_level: With `"decibel"`, a negative level in dB; frames then go from 0 there
            to 1 at 0 dB, and are clipped. None: they stay in dB.
        pre_emphasis: From 0 to below 1: `x[t] - pre_emphasis * x[t - 1]` is analysed.
        centre: Where the middle of a window is: `"middle"`, at `f * hop + hop // 2`,
            the middle of what the frame speaks of, or `"start"`, at `f * hop`, as
            librosa and many vocoders have it.

    Raises:
        ValueError: If a setting is out of range; names it.

    References:
        - Shen et al. (arXiv 1712.05884), section 2.2.
    """

    sample_rate: int
    hop: int
    window: int
    fft: int
    bands: int
    lowest: float
    highest: float
    power: int = 1
    mel_scale: str = "slaney"
    mel_norm: str | None = "slaney"
    log: str = "ln"
    floor: float = 1e-5
    ref_level: float = 0.0
    min_level: float | None = None
    pre_emphasis: float = 0.0
    centre: str = "middle"

    name: ClassVar[str] = "log_mel"
    whole_clip: ClassVar[bool] = False

    def __post_init__(self):
        settings.integer(1, settings.MOST_RATE, sample_rate=self.sample_rate)
        settings.integer(1, settings.MOST_HOP, hop=self.hop)
        settings.integer(2, settings.MOST_FFT, fft=self.fft)
        settings.integer(2, self.fft, window=self.window)
        settings.integer(1, settings.MOST_BANDS, bands=self.bands)
        settings.number(0, self.sample_rate / 2, highest=self.highest)
        settings.number(0, self.highest, lowest=self.lowest)
        if self.lowest == self.highest:
            raise ValueError(
                f"`lowest` must be below `highest`. Received: lowest={self.lowest}, "
                f"highest={self.highest}"
            )
        settings.one_of((1, 2), power=self.power)
        settings.one_of(("slaney", "htk"), mel_scale=self.mel_scale)
        settings.one_of(("slaney", None), mel_norm=self.mel_norm)
        settings.number(0, 0.999, pre_emphasis=self.pre_emphasis)
        settings.one_of(("middle", "start"), centre=self.centre)
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
        """Numbers in a frame: one for each band."""
        return self.bands

    @property
    def window_start(self) -> int:
        """The first sample of the window of frame 0; negative, if before the clip."""
        # As librosa has it: a window in the middle of a transform around the center.
        start = (self.fft - self.window) // 2 - self.fft // 2
        return start + (self.hop // 2 if self.centre == "middle" else 0)

    def band_centers(self) -> np.ndarray:
        """The mean bin of each band, weighted as the band sums them.

        Returns:
            float64 array, shape `(bands,)`, from 0 to `fft // 2`; NaN for a band that
            is so narrow that it has no bin.
        """
        bins, weights, starts = self._filters
        total = np.add.reduceat(weights, starts)
        centers = np.add.reduceat(weights * bins, starts) / np.where(total, total, 1)
        return np.where(total > 0, centers, np.nan)

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        """Frames `first` to `stop - 1` of a clip.

        Args:
            read: Gives samples `start` to `stop - 1` of the clip, silence outside it.
            length: Samples of the clip.
            first: First frame.
            stop: The frame after the last.

        Returns:
            float32 array, shape `(stop - first, bands)`.
        """
        frames = np.empty((stop - first, self.bands), "float32")
        size = max(_BLOCK // self.fft, 1)
        for begin in range(first, stop, size):
            end = min(begin + size, stop)
            samples = self._read_samples(read, begin, end)
            frames[begin - first : end - first] = self._analyse(samples)
        return frames

    def _read_samples(self, read, first, stop) -> np.ndarray:
        """The samples in the windows of some frames, emphasised: float64, `(T,)`."""
        start = first * self.hop + self.window_start
        end = (stop - 1) * self.hop + self.window_start + self.window
        if not self.pre_emphasis:
            return read(start, end).astype("float64")
        samples = read(start - 1, end).astype("float64")
        return samples[1:] - self.pre_emphasis * samples[:-1]

    def _analyse(self, samples) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(samples, self.window)
        windowed = windows[:: self.hop] * self._hann  # (F, W)
        spectrum = np.abs(np.fft.rfft(windowed, self.fft)) ** self.power
        bins, weights, starts = self._filters
        # A matrix product would round the frames of a stretch in another order.
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
        """The triangular filters of all bands: float32, `(bands, fft // 2 + 1)`.

        Raises:
            ImportError: If the extra `features` is not installed.
        """
        return import_extra("librosa", "A log-mel spectrogram").filters.mel(
            sr=self.sample_rate,
            n_fft=self.fft,
            n_mels=self.bands,
            fmin=self.lowest,
            fmax=self.highest,
            htk=self.mel_scale == "htk",
            norm=self.mel_norm,
        )

    @property
    def natural_log(self) -> tuple[float, float]:
        """Slope and offset from a frame's value to the natural logarithm of its band.

        Whatever the logarithm and scale of the frames, what a band holds is
        `exp(slope * value + offset)`; where frames were clipped, the limit is all that
        is known.
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
    def _filters(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The filters without their zeros, band after band, which are nearly all.

        Returns:
            The bin and the weight of each entry, and the entry each band begins with.
        """
        filters = self.filters
        used = filters > 0
        used[~used.any(axis=1), 0] = True  # a band without a bin sums one zero
        bands, bins = used.nonzero()
        starts = np.searchsorted(bands, np.arange(self.bands))
        return bins, filters[used].astype("float64"), starts

    def get_config(self) -> dict:
        """Plain JSON, from which `features.get` makes it again."""
        return settings.config_of(self)
