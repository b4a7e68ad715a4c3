"""One pass of frame matching: gains for each band and frame, applied by overlap-add.

Axes: B streams, T samples, F frames, W samples of a window, M mel bands, K bins.
"""

import numpy as np

from keras_wavenet.features.log_mel import LogMel

# Limits of the gain of one pass in a band: an outlier does not become a noise burst.
_LEAST_GAIN, _LARGEST_GAIN = 0.03, 4.0

# Samples at the ends are covered by fewer windows. Where the sum of squared windows is
# less than this share of its mean, the change fades out instead of being scaled up.
_LEAST_COVER = 0.25

_BLOCK = 64  # frames in memory at a time


class MatchingPass:
    """Matches samples in chunks, and returns them once they are final.

    Args:
        mel: The `LogMel` of the frames.
        target: float32 array, `(B, F, M)`: the frames to match.
        mean, std: float32 arrays, `(M,)` or scalars: the normalization of `target`.
        context: float array, `(B or 1, any)`: the samples to the left of the first one.
    """

    def __init__(
        self,
        mel: LogMel,
        target: np.ndarray,
        mean: np.ndarray,
        std: np.ndarray,
        context: int,
    ):
        self.target = target
        self._mel, self._mean, self._std = mel, mean, std
        # From a difference of frames to the natural logarithm of a gain.
        self._scale = np.float64(std) * mel.natural_log[0] / mel.power
        self._spread = _BandsToBins(mel)
        self._window = np.hanning(mel.window + 1)[:-1]
        self._least_cover = _LEAST_COVER * np.square(self._window).sum() / mel.hop
        # The samples from `_start` on, which windows of later frames include. The last
        # of them are not returned yet; `_change` is their change so far.
        margin = mel.window + mel.hop + 1
        self._start = -margin
        self._samples = np.zeros((len(target), margin))
        kept = np.asarray(context, "float64")[:, -margin:]
        self._samples[:, margin - kept.shape[1] :] = kept
        self._change = np.zeros_like(self._samples)
        self._cover = np.zeros(margin)
        self._before = np.zeros((len(target), 0))
        self._frame, self._returned = 0, 0  # frames matched, samples returned

    def push(
        self, samples: np.ndarray, before: int, length: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add samples, and return those that have become final.

        Args:
            samples: float64 array, `(B, any)`.
            before: float64 array, `(B, any)`: a waveform to be delayed by as much.
            length: Samples of the whole waveform, given with the last of them.

        Returns:
            float64 arrays of the same shape `(B, any)`: the matched samples, and the
            delayed ones of `before`.
        """
        self._samples = np.concatenate([self._samples, samples], axis=1)
        self._before = np.concatenate([self._before, before], axis=1)
        added = self._samples.shape[1] - len(self._cover)
        self._change = np.pad(self._change, ((0, 0), (0, added)))
        self._cover = np.pad(self._cover, (0, added))
        for first in range(self._frame, stop := self._stop(length), _BLOCK):
            self._match(first, min(first + _BLOCK, stop))
        self._frame = max(self._frame, stop)
        final = self._window_of(self._frame) if length is None else length
        return self._take(max(final, self._returned))

    def _window_of(self, frame) -> int:
        """The first sample of the window of a frame."""
        return frame * self._mel.hop + self._mel.window_start

    def _stop(self, length) -> int:
        """The frame after the last that can be matched."""
        mel, frames = self._mel, self.target.shape[1]
        if length is not None and -(-length // mel.hop) == frames:
            return frames  # followed by silence, like the source of the frames
        end = self._start + self._samples.shape[1]
        whole = (end - mel.window_start - mel.window) // mel.hop + 1
        return min(max(whole, 0), frames)

    def _match(self, first, stop):
        """Add the changes by the gains of frames."""
        mel, target = self._mel, self.target[:, first:stop]
        for row in range(len(target)):
            frames = mel.read(
                lambda a, b, row=row: self._read(row, a, b), 0, first, stop
            )
            frames = (frames - self._mean) / self._std
            gains = self._scale * (target[row] - frames)
            gains = gains.clip(np.log(_LEAST_GAIN), np.log(_LARGEST_GAIN))  # (F, M)
            if gains.any():
                self._add(row, first, stop, np.expm1(self._spread(gains)))
        square = np.square(self._window)
        for frame in range(first, stop):
            self._add_at(self._cover, frame, square)

    def _add(self, row, first, stop, gains):
        """Add the change of one stream; `gains` minus 1, `(F, K)`."""
        mel = self._mel
        samples = self._read(
            row, self._window_of(first), self._window_of(stop - 1) + mel.window
        )
        windows = np.lib.stride_tricks.sliding_window_view(samples, mel.window)
        spectrum = np.fft.rfft(windows[:: mel.hop] * self._window, mel.n_fft)  # (F, K)
        change = np.fft.irfft(spectrum * gains, mel.n_fft)[:, : mel.window]
        for frame, values in enumerate(change * self._window, first):
            self._add_at(self._change[row], frame, values)

    def _add_at(self, array, frame, values):
        """Add to the samples of a window that exist."""
        start = self._window_of(frame) - self._start
        first = max(-start, 0)
        existing = array[start + first : start + len(values)]
        existing += values[first : first + len(existing)]

    def _read(self, row, start, stop) -> np.ndarray:
        """Samples `start` to `stop - 1` of a stream, zeros outside it."""
        end = self._start + self._samples.shape[1]
        first, last = max(start, self._start), min(stop, end)
        found = self._samples[row, first - self._start : max(last, first) - self._start]
        return np.pad(found, (first - start, stop - first - len(found)))

    def _take(self, final) -> tuple[np.ndarray, np.ndarray]:
        """Return the samples up to `final`, and drop those that no frame needs."""
        first, last = self._returned - self._start, final - self._start
        cover = np.maximum(self._cover[first:last], self._least_cover)
        matched = self._samples[:, first:last] + self._change[:, first:last] / cover
        before = self._before[:, : final - self._returned]
        self._before = self._before[:, final - self._returned :]
        self._returned = final
        spare = min(self._window_of(self._frame) - 1, final) - self._start
        if spare > 0:
            self._samples = self._samples[:, spare:]
            self._change = self._change[:, spare:]
            self._cover = self._cover[spare:]
            self._start += spare
        return matched, before


class _BandsToBins:
    """Gains of bands, linearly interpolated over the bins between their centers."""

    def __init__(self, mel: LogMel):
        centers = mel.band_centers()
        bands = np.flatnonzero(np.isfinite(centers))
        bins = np.arange(mel.n_fft // 2 + 1)
        place = np.interp(bins, centers[bands], np.arange(len(bands)))
        lower = np.floor(place).astype(int)
        self._lower = bands[lower]
        self._upper = bands[np.minimum(lower + 1, len(bands) - 1)]
        self._share = place - lower

    def __call__(self, gains):
        """Of shape `(F, M)`; returns `(F, K)`."""
        below, above = gains[:, self._lower], gains[:, self._upper]
        # Not a matrix product, whose rounding depends on how many frames there are.
        return below + self._share * (above - below)
