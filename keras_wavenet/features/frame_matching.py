"""Frame matching: audio is corrected towards the log-mel frames of its conditions.

The frames that condition a vocoder also define the frames of its output. The difference
between the two is, band by band, a gain; a short-time Fourier transform applies it.
Overlapping windows share samples, so one pass corrects a part of the difference, and
several passes run one after the other.

Axes: B streams, T samples, F frames, M mel bands, K bins.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from keras_wavenet.features.frame_features import FrameFeatures
from keras_wavenet.features.matching_pass import MatchingPass

PASSES = 16
MOST_PASSES = 64

# Share of the change of one pass that is added to the input of the next one: with it, 8
# passes come as close to the frames as 16 passes without.
_MOMENTUM = 0.8


class FrameMatcher:
    """Correct audio, band by band and frame by frame, towards given log-mel frames.

    Its inputs are only the audio and the frames. Audio that already has the frames is
    unchanged, silence stays silence, and the phases are those of the audio.

    Args:
        features: `FrameFeatures` with a `LogMel` among its parts, the first of which is
            matched; `frames` are normalized by its statistics.
        frames: float array, shape `(B, F, channels)` or, the same for all streams,
            `(F, channels)`: the frames that the model is conditioned on. Frame 0 begins
            at the first sample of the audio.
        context: float array, shape `(B, any)` or `(any,)`: the samples to the left of
            the audio, which the windows of the first frames include. None: silence.
        passes: From 1 to 64. More passes come closer to the frames, take longer, and
            have a longer delay.

    Raises:
        ValueError: If the features have no log-mel part, or an argument is out of range
            or of another shape.

    References:
        - Griffin & Lim, Signal Estimation from Modified Short-Time Fourier Transform
          (1984), eq. 6: the synthesis of one pass.

    Example:
        `FrameMatcher(features, features(recording)[None])(generated)` has the shape of
        `generated`, `(1, T)`.
    """

    def __init__(
        self,
        features: FrameFeatures,
        frames: np.ndarray,
        context: np.ndarray | None = None,
        passes: int = PASSES,
    ):
        _check_features(features)
        _check_passes(passes)
        frames = np.asarray(frames)
        if frames.ndim == 2:
            frames = frames[None]
        _check_frames(features, frames)
        self.passes = passes
        self._mel, self._mean, self._std, channels = _log_mel_of(features)
        self._target = frames[:, :, channels].astype("float32")  # (B, F, M)
        self._context = np.zeros((1, 0)) if context is None else np.atleast_2d(context)

    @property
    def delay(self) -> int:
        """Largest delay of `stream`, in samples.

        After n input samples, at least `n - delay` samples have been yielded.
        """
        hop = self._mel.hop
        whole_frames = -(-self._mel.window // hop) * hop
        return self.passes * whole_frames + hop - 1

    def __call__(self, waveform: np.ndarray) -> np.ndarray:
        """Match a whole waveform.

        Args:
            waveform: float array, shape `(B, T)`, in [-1, 1], of at most `F * hop`
                samples. If it ends before the last frame does, frames whose window
                extends beyond its end are not corrected.

        Returns:
            float32 array, shape `(B, T)`, in [-1, 1].

        Raises:
            ValueError: If there are too few frames for it, or frames of another number
                of streams.
        """
        waveform = np.asarray(waveform)
        empty = np.zeros((len(waveform), 0), "float32")
        return np.concatenate([empty, *self.stream([waveform])], axis=1)

    def stream(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Match a waveform in chunks.

        Args:
            chunks: float arrays, shape `(B, any)`, that concatenate to the waveform.

        Yields:
            float32 arrays, shape `(B, at least 1)`, that concatenate to exactly the
            result of the call for the whole waveform, for any sizes of the chunks.
        """
        passes, length = None, 0
        for chunk in chunks:
            if passes is None:
                passes = self._begin(len(chunk))
            length += chunk.shape[1]
            self._check_length(length)
            matched = _run(passes, chunk.astype("float64"), None)
            if matched.shape[1]:
                yield matched
        if passes is not None:
            streams = len(passes[0].target)
            matched = _run(passes, np.zeros((streams, 0)), length)
            if matched.shape[1]:
                yield matched

    def _begin(self, streams) -> list[MatchingPass]:
        if len(self._target) not in (1, streams):
            raise ValueError(
                f"`frames` must have one row, or one for each of {streams} streams. "
                f"Received: frames of {len(self._target)} streams"
            )
        target = np.broadcast_to(self._target, (streams, *self._target.shape[1:]))
        return [
            MatchingPass(self._mel, target, self._mean, self._std, self._context)
            for _ in range(self.passes)
        ]

    def _check_length(self, length):
        frames, hop = self._target.shape[1], self._mel.hop
        if length > frames * hop:
            raise ValueError(
                f"{frames} frames of {hop} samples match at most {frames * hop} "
                f"samples. Received: {length} samples"
            )


def _check_features(features):
    if not can_match(features):
        raise ValueError(
            "Matching frames needs a model whose `features` have a log-mel part, such "
            f"as the preset wavenet_realtime. Received: features={features!r}"
        )


def can_match(features: FrameFeatures | None) -> bool:
    """Return whether features have a log-mel part, so that audio can be matched."""
    return features is not None and features.log_mel is not None


def _run(passes, chunk, length) -> np.ndarray:
    """Run a chunk through all passes; float32, the samples that have become final.

    Args:
        passes: List of `MatchingPass`.
        chunk: float64 array, `(B, any)`.
        length: Samples of the whole waveform if this is its last chunk, or None.
    """
    guess = matched = chunk
    for each in passes:
        matched, before = each.push(guess, matched, length)
        guess = matched + _MOMENTUM * (matched - before)
    return matched.clip(-1, 1).astype("float32")


def _log_mel_of(features):
    """The first log-mel part, mean and std of its bands, and its channels."""
    part, channels = features.log_mel
    if features.mean is None:
        return part, np.float32(0), np.float32(1), channels
    return part, features.mean[channels], features.std[channels], channels


def _check_passes(passes):
    whole = isinstance(passes, int) and not isinstance(passes, bool)
    if not whole or not 1 <= passes <= MOST_PASSES:
        raise ValueError(
            f"`passes` must be an integer from 1 to {MOST_PASSES}. "
            f"Received: passes={passes!r}"
        )


def _check_frames(features, frames):
    channels = features.channels
    if frames.ndim != 3 or frames.shape[2] != channels:
        raise ValueError(
            f"`frames` must have shape (frames, {channels}) or (streams, frames, "
            f"{channels}). Received: shape={frames.shape}"
        )
    if not np.isfinite(frames).all():
        raise ValueError("`frames` must be finite. Received: NaN or infinity in them")
