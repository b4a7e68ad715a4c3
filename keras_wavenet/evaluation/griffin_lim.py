"""Griffin-Lim: audio from log-mel frames without a model, a baseline for vocoders.

Axes: T samples, F frames, M mel bands, K bins.
"""

import numpy as np

from keras_wavenet.features import FrameFeatures, LogMel
from keras_wavenet.utils.extras import import_extra

ITERATIONS = 60


def griffin_lim(
    features: FrameFeatures,
    frames: np.ndarray,
    length: int,
    iterations: int = ITERATIONS,
    seed: int = 0,
) -> np.ndarray:
    """Return audio whose log-mel frames approximate the given ones.

    The magnitudes are the pseudo-inverse of the mel filters applied to the mel
    spectrum; the phases are the result of Griffin-Lim's iterations, with momentum 0.99.

    Args:
        features: The features of the frames; their first `LogMel` part is inverted.
        frames: Float array, `(F, features.channels)`: the result of
            `features(waveform)`.
        length: Samples to return, at most `F * features.hop`.
        iterations: Iterations of the algorithm, at least 1.
        seed: Seed of the initial phases.

    Returns:
        float32 array, shape `(length,)`, clipped to [-1, 1].

    Raises:
        ValueError: If no part is a `LogMel`, or there are too few frames.
        ImportError: If librosa is not installed.

    References:
        - Griffin & Lim, Signal Estimation from Modified Short-Time Fourier Transform
          (IEEE TASSP 1984); Perraudin et al., A Fast Griffin-Lim Algorithm (2013).
    """
    librosa = import_extra("librosa", "Griffin-Lim")
    if length > len(frames) * features.hop:
        raise ValueError(
            f"`length` must be at most {len(frames) * features.hop}, the samples of "
            f"{len(frames)} frames. Received: length={length}"
        )
    part, mel = _mel_spectrum(features, np.asarray(frames, "float64"))
    magnitudes = _magnitudes(part, mel)  # (K, F)
    # The transform has no samples beyond the middle of the first and the last frame.
    margin = -(-part.n_fft // part.hop)
    magnitudes = np.pad(magnitudes, [(0, 0), (margin, margin)], mode="edge")
    waveform = librosa.griffinlim(
        magnitudes,
        n_iter=iterations,
        hop_length=part.hop,
        win_length=part.window,
        n_fft=part.n_fft,
        random_state=seed,
    )
    start = margin * part.hop - (part.hop // 2 if part.center == "middle" else 0)
    waveform = waveform[start : start + length]
    waveform = np.pad(waveform, (0, length - len(waveform)))
    return np.clip(_de_emphasized(part, waveform), -1, 1).astype("float32")


def _mel_spectrum(features, frames) -> tuple[LogMel, np.ndarray]:
    """The first `LogMel` part and its mel spectrum, without the logarithm, `(M, F)`."""
    if features.log_mel is None:
        raise ValueError(
            f"Griffin-Lim needs features with a log-mel part. Received: {features!r}"
        )
    part, channels = features.log_mel
    if features.mean is not None:
        frames = frames * features.std + features.mean
    slope, offset = part.natural_log
    return part, np.exp(slope * frames[:, channels].T + offset)


def _magnitudes(part, mel) -> np.ndarray:
    """Magnitudes of the Fourier transform with the nearest mel spectrum, `(K, F)`."""
    powers = np.maximum(np.linalg.pinv(part.filters) @ mel, 0)
    return powers ** (1 / part.power)


def _de_emphasized(part, waveform) -> np.ndarray:
    if not part.pre_emphasis:
        return waveform
    signal = import_extra("scipy.signal", "De-emphasis")
    return signal.lfilter([1], [1, -part.pre_emphasis], waveform)
