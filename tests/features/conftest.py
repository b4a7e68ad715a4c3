"""Signals and sources that the tests of features share."""

import numpy as np
import pytest

from keras_wavenet.data import ClipInfo, ClipSource, SourceReport


class ArraySource(ClipSource):
    """Clips that are arrays in memory, and what was read of them."""

    def __init__(self, waveforms, sample_rate):
        self.waveforms = [np.asarray(waveform, "float32") for waveform in waveforms]
        clips = [
            ClipInfo(f"clip-{index}", len(waveform), sample_rate)
            for index, waveform in enumerate(self.waveforms)
        ]
        seconds = sum(clip.length for clip in clips) / sample_rate
        report = SourceReport("arrays", len(clips), seconds, sample_rate)
        super().__init__(sample_rate, clips, report)
        self.reads = []

    def _read(self, index, start, stop):
        self.reads.append((index, start, stop))
        return self.waveforms[index][start:stop]


@pytest.fixture
def make_source():
    """Make a source from arrays and a sample rate."""
    return ArraySource


@pytest.fixture(scope="session")
def noise():
    """Noise of so many samples, another one for each seed: float32 in [-1, 1]."""

    def make(samples, seed=0, level=0.1):
        normal = np.random.default_rng(seed).normal(0, level, samples)
        return normal.clip(-1, 1).astype("float32")

    return make


@pytest.fixture(scope="session")
def voice():
    """A harmonic tone; its pitch in Hz is one number, or one for each sample."""

    def make(pitch, samples, sample_rate):
        phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, samples)) / sample_rate
        tone = sum(
            np.sin(k * phase) / k
            for k in range(1, 16)
            if k * np.max(pitch) < sample_rate / 2
        )
        return (0.1 * tone).astype("float32")

    return make
