"""Whether generated audio is silence or noise, and what to do about it."""

import math
from dataclasses import dataclass

import numpy as np

FRAME_SECONDS = 0.032
AUDIBLE = 1e-3  # root mean square, -60 dB below full scale: the hum of a quiet room
# Measured on 729 clips of speech by three speakers, 16 kHz: at most a third of a clip's
# frames are silent.
MOST_SILENT_FRAMES = 0.9
# White noise has exp(-0.5772) = 0.561 in theory; noise of uniform samples, of uniform
# mu-law codes and of codes drawn from the histogram of speech measures 0.561 to 0.567.
# The same 729 clips: median 0.026, largest 0.164 (a spelled letter). Drawn from a
# table from one code to the next, which nobody would take for speech: 0.173. Models of
# speech that had seen 25 to 75 steps: 0.50 to 0.75.
NOISE_FLATNESS = 0.25
_FRAMES_AT_ONCE = 1024

SILENCE_ADVICE = (
    "a model that has learned little generates silence, and any model can begin with "
    "a pause. Prime it with audio, raise the temperature (1 draws from the "
    "distribution as it is), try another seed or more seconds, or train for more steps."
)
NOISE_ADVICE = (
    "a model that has learned little generates noise, and so does any model at a "
    "temperature above 1. Compare its bits per sample with the baselines: train for "
    "more steps, and with another learning rate if they do not fall. If the training "
    "audio is noise, nothing is wrong."
)


@dataclass(frozen=True)
class AudioCheck:
    """Measurements of a waveform that distinguish silence and noise from audio.

    Attributes:
        level: Root mean square about the mean, in dB below full scale (a square wave
            from -1 to 1 has 0); -inf for a constant.
        peak: Largest absolute sample.
        flatness: Geometric by arithmetic mean of the power spectrum of a frame of 32
            ms, averaged over the frames that are not silent: near 0 for a tone, 0.56
            for white noise; NaN if all are silent.
        silent_share: Share of frames that are silent, below -60 dB.
    """

    level: float
    peak: float
    flatness: float
    silent_share: float

    @property
    def is_silent(self) -> bool:
        """Whether at least nine tenths of the frames are silent."""
        return self.silent_share >= MOST_SILENT_FRAMES

    @property
    def is_noise(self) -> bool:
        """Whether its spectrum is close to that of white noise."""
        return not self.is_silent and self.flatness >= NOISE_FLATNESS

    @property
    def warning(self) -> str | None:
        """What is wrong and what to try, in a sentence or two; None if nothing is."""
        if self.is_silent:
            return f"The audio is silent ({self}): {SILENCE_ADVICE}"
        if self.is_noise:
            return f"The audio is noise ({self}): {NOISE_ADVICE}"
        return None

    def __str__(self) -> str:
        words = [f"peak {self.peak:.3f}", f"{self.silent_share:.0%} of it silent"]
        if math.isfinite(self.flatness):  # of silence there is none
            words.insert(1, f"spectral flatness {self.flatness:.2f}")
        if math.isfinite(self.level):
            words.insert(0, f"level {self.level:.0f} dB")
        return ", ".join(words)


def check_audio(waveform, sample_rate: int) -> AudioCheck:
    """Measure a waveform.

    Args:
        waveform: Float array, shape `(T,)` with T at least 1, samples in [-1, 1].
        sample_rate: Hz.

    Returns:
        An `AudioCheck`; its `warning` is None if nothing is wrong.

    Raises:
        ValueError: If the waveform is empty, has another shape, or holds NaN or
            infinity.

    References:
        - Gray & Markel, A Spectral-Flatness Measure for Studying the Autocorrelation
          Method of Linear Prediction (IEEE Transactions on Acoustics, Speech and Signal
          Processing 22, 1974).
    """
    waveform = np.asarray(waveform, "float64")
    if waveform.ndim != 1 or not waveform.size or not np.isfinite(waveform).all():
        raise ValueError(
            "`waveform` must hold finite samples, in the shape (samples,). "
            f"Received: shape={waveform.shape}"
        )
    frames = _split(waveform, max(16, round(FRAME_SECONDS * sample_rate)))
    flatness = np.concatenate(
        [
            _flatness(frames[start : start + _FRAMES_AT_ONCE])
            for start in range(0, len(frames), _FRAMES_AT_ONCE)
        ]
    )
    silent = np.isnan(flatness)
    return AudioCheck(
        level=_decibels(waveform.std()),
        peak=float(np.abs(waveform).max()),
        flatness=math.nan if silent.all() else float(np.nanmean(flatness)),
        silent_share=float(silent.mean()),
    )


def _split(waveform, length):
    """Frames side by side, `(frames, length)`; what is left at the end is dropped."""
    if len(waveform) < length:
        return np.pad(waveform, (0, length - len(waveform)))[None]
    return waveform[: len(waveform) // length * length].reshape(-1, length)


def _flatness(frames):
    """Spectral flatness of each frame, NaN where it is silent."""
    frames = frames - frames.mean(axis=1, keepdims=True)
    flatness = np.full(len(frames), np.nan)
    audible = np.sqrt(np.square(frames).mean(axis=1)) >= AUDIBLE
    windowed = frames[audible] * np.hanning(frames.shape[1])
    power = np.square(np.abs(np.fft.rfft(windowed)[:, 1:-1]))
    power += 1e-12  # of a tone, most bins hold nothing
    flatness[audible] = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
    return flatness


def _decibels(amplitude):
    return 20 * math.log10(amplitude) if amplitude else -math.inf
