"""Errors of the melody: fundamental frequency and voicing, frame by frame.

Axes: T samples, F frames.
"""

import math
from dataclasses import dataclass

import numpy as np

from keras_wavenet.data.extras import import_extra

_FMIN, _FMAX = 60.0, 500.0  # Hz of the voices that are looked for
_WINDOW = 3 / _FMIN  # s: three periods of the lowest voice
_HOP = 0.01  # s
_STEP = 0.5  # semitones between the pitches that voicing is decided among
_QUIET = 1e-4  # root mean square: nothing below -80 dBFS counts as a voice


@dataclass(frozen=True, eq=False)
class Pitch:
    """The melody of a recording, every 10 ms.

    Attributes:
        f0: float64 array, shape `(F,)`: Hz, of meaning only where it is voiced.
        voiced: bool array, shape `(F,)`.
    """

    f0: np.ndarray
    voiced: np.ndarray


def track_pitch(waveform: np.ndarray, sample_rate: int) -> Pitch:
    """The fundamental frequency, by YIN, and voicing, by pYIN on a grid of semitones.

    pYIN decides well what is voiced, but its frequencies lie on its grid, and a fine
    grid takes long. YIN interpolates its own.

    Args:
        waveform: Float array, shape `(T,)`, samples in [-1, 1].
        sample_rate: Hz, at least 2,000.

    Returns:
        A `Pitch` of `T // hop + 1` frames, hop being 10 ms.

    Raises:
        ValueError: If the sample rate is too low.
        ImportError: If librosa is not installed.

    References:
        - de Cheveigne & Kawahara, YIN (JASA 2002); Mauch & Dixon, pYIN (ICASSP 2014).
    """
    if sample_rate < 4 * _FMAX:
        raise ValueError(
            f"`sample_rate` must be at least {4 * _FMAX:.0f} Hz for voices up to "
            f"{_FMAX:.0f} Hz. Received: sample_rate={sample_rate}"
        )
    librosa = import_extra("librosa", "Fundamental frequency")
    window = 2 * math.ceil(_WINDOW * sample_rate / 2)
    hop = max(1, round(_HOP * sample_rate))
    waveform = np.asarray(waveform, "float32")
    waveform = waveform - waveform.mean(dtype="float64")
    how = {
        "fmin": _FMIN,
        "fmax": _FMAX,
        "sr": sample_rate,
        "frame_length": window,
        "hop_length": hop,
    }
    _, voiced, _ = librosa.pyin(waveform, resolution=_STEP, **how)
    f0 = librosa.yin(waveform, **how)
    loudness = librosa.feature.rms(y=waveform, frame_length=window, hop_length=hop)[0]
    return Pitch(f0, voiced & (loudness >= _QUIET))


def f0_error(original: Pitch, generated: Pitch) -> float:
    """The median distance between two melodies, where both are voiced.

    Args:
        original: What `track_pitch` finds in a recording.
        generated: What it finds in another of the same length.

    Returns:
        Cents, the hundredths of a semitone: `1200 * |log2(f / g)|`.

    Raises:
        ValueError: If no frame is voiced in both.
    """
    both = original.voiced & generated.voiced
    if not both.any():
        raise ValueError("F0 error needs a frame that is voiced in both recordings.")
    octaves = np.log2(generated.f0[both] / original.f0[both])
    return float(np.median(1200 * np.abs(octaves)))


def voicing_error(original: Pitch, generated: Pitch) -> float:
    """Frames that are voiced in one of two recordings alone.

    Args:
        original: What `track_pitch` finds in a recording.
        generated: What it finds in another of the same length.

    Returns:
        Percent of all frames, 0 to 100.
    """
    return float(100 * np.mean(original.voiced != generated.voiced))
