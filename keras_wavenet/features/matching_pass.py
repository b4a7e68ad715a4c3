"""One pass of frame matching: gains for each band and frame, applied by overlap-add.

Axes: B streams, T samples, F frames, W samples of a window, M mel bands, K bins.
"""

import numpy as np

from keras_wavenet.features.log_mel import LogMel

# The gain of one pass, in all bands: an outlier does not become a burst of noise.
_LEAST_GAIN, _LARGEST_GAIN = 0.03, 4.0

# Samples at the ends are covered by fewer windows. Where the sum of the windows is less
# than this share of its mean, the change fades instead of being scaled up.
_LEAST_COVER = 0.25

_BLOCK = 64  # frames worked on at a time


class MatchingPass:
    """Takes samples in as they come, and gives them out once they are final.

    Args:
        mel: The `LogMel` of the frames.
        target: float32 array, `(B, F, M)`: the frames that the audio is to have.
        mean, deviation: float32 arrays, `(M,)` or scalars: of `target`.
        context: float array, `(B or 1, any)`: samples before the first one.
    """

    def __init__(self, mel: LogMel, target, mean, deviation, context):
        self.target = target
        self._mel, self._mean, self._deviation = mel, mean, deviation
        # From a difference of frames to the natural logarithm of a gain.
        self._scale = np.float64(deviation) * mel.natural_log[0] / mel.power
        self._spread = _BandsToBins(mel)
        self._window = np.hanning(mel.window + 1)[:-1]
        self._least_cover = _LEAST_COVER * np.square(self._window).sum() / mel.hop
        # Samples `_start` on: windows of later frames reach so far back. The last of
        # them are not given out yet, and hold the change so far.
        margin = mel.window + mel.hop + 1
        self._start = -margin
        self._samples = np.zeros((len(target), margin))
        kept = np.asarray(context, "float64")[:, -margin:]
        self._samples[:, margin - kept.shape[1] :] = kept
        self._change = np.zeros_like(self._samples)
        self._cover = np.zeros(margin)
        self._before = np.zeros((len(target), 0))
        self._frame, self._given = 0, 0  # frames done, samples given out

    def push(self, samples, before, length=None) -> tuple[np.ndarray, np.ndarray]:
        """Take samples in, and give those out that have become final.

        Args:
            samples: float64 array, `(B, any)`.
            before: float64 array, `(B, any)`: a waveform to be delayed likewise.
            length: Samples of the whole waveform, with the last ones of them.

        Returns:
            float64 arrays of the same shape `(B, any)`: the matched samples, and those
            of `before`.
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
        return self._give(max(final, self._given))

    def _window_of(self, frame) -> int:
        """The first sample of the window of a frame."""
        return frame * self._mel.hop + self._mel.window_start

    def _stop(self, length) -> int:
        """The frame after the last that can be matched."""
        mel, frames = self._mel, self.target.shape[1]
        if length is not None and -(-length // mel.hop) == frames:
            return frames  # silence follows, as it did where the frames come from
        end = self._start + self._samples.shape[1]
        whole = (end - mel.window_start - mel.window) // mel.hop + 1
        return min(max(whole, 0), frames)

    def _match(self, first, stop):
        """Add what the gains of some frames change."""
        mel, target = self._mel, self.target[:, first:stop]
        for row in range(len(target)):
            frames = mel.read(
                lambda a, b, row=row: self._read(row, a, b), 0, first, stop
            )
            frames = (frames - self._mean) / self._deviation
            gains = self._scale * (target[row] - frames)
            gains = gains.clip(np.log(_LEAST_GAIN), np.log(_LARGEST_GAIN))  # (F, M)
            if gains.any():
                self._add(row, first, stop, np.expm1(self._spread(gains)))
        square = np.square(self._window)
        for frame in range(first, stop):
            self._add_at(self._cover, frame, square)

    def _add(self, row, first, stop, gains):
        """Add the change of one stream: `gains` less 1, `(F, K)`."""
        mel = self._mel
        samples = self._read(
            row, self._window_of(first), self._window_of(stop - 1) + mel.window
        )
        windows = np.lib.stride_tricks.sliding_window_view(samples, mel.window)
        spectrum = np.fft.rfft(windows[:: mel.hop] * self._window, mel.fft)  # (F, K)
        change = np.fft.irfft(spectrum * gains, mel.fft)[:, : mel.window]
        for frame, values in enumerate(change * self._window, first):
            self._add_at(self._change[row], frame, values)

    def _add_at(self, array, frame, values):
        """Add to the samples of a window, as far as there are samples."""
        start = self._window_of(frame) - self._start
        first = max(-start, 0)
        there = array[start + first : start + len(values)]
        there += values[first : first + len(there)]

    def _read(self, row, start, stop) -> np.ndarray:
        """Samples `start` to `stop - 1` of a stream, silence where there are none."""
        end = self._start + self._samples.shape[1]
        first, last = max(start, self._start), min(stop, end)
        found = self._samples[row, first - self._start : max(last, first) - self._start]
        return np.pad(found, (first - start, stop - first - len(found)))

    def _give(self, final) -> tuple[np.ndarray, np.ndarray]:
        """Give out the samples before `final`, and forget what no frame needs."""
        first, last = self._given - self._start, final - self._start
        cover = np.maximum(self._cover[first:last], self._least_cover)
        matched = self._samples[:, first:last] + self._change[:, first:last] / cover
        before = self._before[:, : final - self._given]
        self._before = self._before[:, final - self._given :]
        self._given = final
        spare = min(self._window_of(self._frame) - 1, final) - self._start
        if spare > 0:
            self._samples = self._samples[:, spare:]
            self._change = self._change[:, spare:]
            self._cover = self._cover[spare:]
            self._start += spare
        return matched, before


class _BandsToBins:
    """Gains of bands, linearly interpolated over the bins between their centers."""

    def __init__(self, mel):
        centers = mel.band_centers()
        bands = np.flatnonzero(np.isfinite(centers))
        bins = np.arange(mel.fft // 2 + 1)
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
