"""Features to condition windows on, and clips with speakers and tags."""

import numpy as np
import pytest

from keras_wavenet.data import DataSpec

HOP, MARGIN = 20, 7  # samples


class Loudness:
    """Root mean square and peak of a frame and the few samples on either side."""

    sample_rate, hop, channels, whole_clip = 16000, HOP, 2, False

    def frame_count(self, samples):
        return -(-samples // self.hop)

    def __call__(self, waveform):
        def read(start, stop):
            padded = np.pad(waveform, (MARGIN, stop - len(waveform)))
            return padded[start + MARGIN : stop + MARGIN]

        count = self.frame_count(len(waveform))
        return self.read(read, len(waveform), 0, count)

    def read(self, read, length, first, stop):
        samples = read(first * self.hop - MARGIN, stop * self.hop + MARGIN)
        frames = np.lib.stride_tricks.sliding_window_view(samples, HOP + 2 * MARGIN)
        frames = frames[:: self.hop]  # (frames, samples)
        rms = np.sqrt(np.square(frames).mean(axis=1))
        return np.stack([rms, np.abs(frames).max(axis=1)], axis=1)


class RelativeLoudness(Loudness):
    """Loudness relative to the loudest sample of the clip."""

    whole_clip = True

    def __init__(self):
        self.clips_computed = 0

    def __call__(self, waveform):
        self.clips_computed += 1
        return super().__call__(waveform) / np.abs(waveform).max()


@pytest.fixture
def loudness():
    return Loudness()


@pytest.fixture
def relative_loudness():
    return RelativeLoudness()


@pytest.fixture
def local_spec(loudness):
    """What a model of loudness needs, with frames on both sides of a window."""

    def make(features=loudness, **changes):
        facts = {
            "conditions": ("local",),
            "hop": 2 * HOP,
            "features": features,
            "local_hop": HOP,
            "local_channels": 2,
            "frames_before": 3,
            "frames_after": 2,
        }
        return DataSpec(16000, 30, **{**facts, **changes})

    return make


@pytest.fixture
def spoken_source(make_source):
    """Clips of noise with speakers and tags, around a window of 120 in length."""
    rng = np.random.default_rng(0)
    return make_source(
        [rng.uniform(-1, 1, n) for n in (7, 119, 120, 121, 300, 555)],
        speaker=["ida", "max", "ida", "zoe", "max", "ida"],
        label=["loud; low", None, "low", "", "loud", "low;low ;"],
    )


@pytest.fixture
def find_window():
    """Find the clip and the start of a window by the (unique) samples it scores."""

    def find(source, y, weight):
        scored = int(np.flatnonzero(weight)[0])
        for clip, whole in enumerate(source):
            places = np.flatnonzero(whole.waveform == y[scored])
            if len(places):
                return clip, int(places[0]) - scored
        raise AssertionError("The window scores no sample of the source.")

    return find
