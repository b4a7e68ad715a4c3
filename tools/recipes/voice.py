"""Statistics of a voice: median pitch, and the lengths of voiced segments."""

import itertools
from typing import NamedTuple

import numpy as np

from keras_wavenet.evaluation.pitch import track_pitch

FRAME = 10  # ms of a frame of `track_pitch`


class Voice(NamedTuple):
    """Statistics of recordings.

    Attributes:
        f0: Median fundamental frequency where voiced, Hz.
        voiced: Share of frames that are voiced.
        segment: Mean length of a voiced segment, ms.
    """

    f0: float
    voiced: float
    segment: float

    def __str__(self):
        return (
            f"median F0 {self.f0:.0f} Hz, {self.voiced:.0%} of frames voiced, voiced "
            f"segments of {self.segment:.0f} ms on average"
        )


def measure_voice(waveforms, sample_rate: int) -> Voice:
    """Return the statistics of waveforms, float arrays `(T,)`; NaN if unvoiced."""
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
