"""How a voice sounds, in a few figures: pitch, and how long it stays voiced."""

import itertools
from typing import NamedTuple

import numpy as np

from keras_wavenet.evaluation.pitch import track_pitch

FRAME = 10  # ms of a frame of `track_pitch`


class Voice(NamedTuple):
    """Figures of some recordings.

    Attributes:
        f0: Median fundamental frequency where voiced, Hz.
        voiced: Share of frames that are voiced.
        stretch: Mean length of a voiced stretch, ms.
    """

    f0: float
    voiced: float
    stretch: float

    def __str__(self):
        return (
            f"median F0 {self.f0:.0f} Hz, {self.voiced:.0%} of frames voiced, voiced "
            f"segments of {self.stretch:.0f} ms on average"
        )


def measure_voice(waveforms, sample_rate: int) -> Voice:
    """The figures of waveforms, float arrays `(T,)`; NaN where nothing is voiced."""
    pitches = [track_pitch(waveform, sample_rate) for waveform in waveforms]
    voiced = np.concatenate([pitch.voiced for pitch in pitches])
    f0 = np.concatenate([pitch.f0[pitch.voiced] for pitch in pitches])
    lengths = [
        sum(1 for _ in frames)
        for pitch in pitches
        for is_voiced, frames in itertools.groupby(pitch.voiced)
        if is_voiced
    ]
    if not lengths:
        return Voice(np.nan, 0.0, np.nan)
    return Voice(float(np.median(f0)), float(voiced.mean()), FRAME * np.mean(lengths))
