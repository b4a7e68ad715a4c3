"""Sources that the data tests share: the shipped speech, and small made-up clips."""

import numpy as np
import pytest

from keras_wavenet.data import Clip, ClipSource, SourceReport, open_source

SAMPLE_RATE = 16000


class ArraySource(ClipSource):
    """Clips that are arrays in memory."""

    def __init__(self, waveforms, sample_rate=SAMPLE_RATE):
        self.waveforms = [np.asarray(waveform, "float32") for waveform in waveforms]
        lengths = [len(waveform) for waveform in self.waveforms]
        seconds = sum(lengths) / sample_rate
        report = SourceReport("arrays", len(lengths), seconds, sample_rate)
        super().__init__(sample_rate, lengths, report)

    def _decode(self, index):
        return Clip(self.waveforms[index], f"clip-{index}")


@pytest.fixture
def make_source():
    """Make a source from a list of arrays."""
    return ArraySource


@pytest.fixture
def noise_source(make_source):
    """Clips of noise: shorter and longer than a window of 100, and multiples of it."""
    rng = np.random.default_rng(0)
    return make_source([rng.uniform(-1, 1, n) for n in (7, 99, 100, 101, 300, 555)])


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """A folder of tfds datasets for this run of the tests."""
    return tmp_path_factory.mktemp("tfds")


@pytest.fixture(scope="session")
def spoken_prompts(data_dir):
    """The two splits of the shipped speech: `(train, validation)` sources."""
    return tuple(
        open_source("spoken_prompts", split, SAMPLE_RATE, data_dir)
        for split in ("train", "validation")
    )
