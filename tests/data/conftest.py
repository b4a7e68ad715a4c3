"""Sources that the data tests share: the shipped speech, and small made-up clips."""

import contextlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet.data import ClipInfo, ClipSource, SourceReport, open_source

SAMPLE_RATE = 16000


class ArraySource(ClipSource):
    """Clips that are arrays in memory."""

    def __init__(self, waveforms, sample_rate=SAMPLE_RATE, **labels):
        self.waveforms = [np.asarray(waveform, "float32") for waveform in waveforms]
        clips = [
            ClipInfo(
                f"clip-{index}",
                len(waveform),
                sample_rate,
                **{name: values[index] for name, values in labels.items()},
            )
            for index, waveform in enumerate(self.waveforms)
        ]
        seconds = sum(clip.length for clip in clips) / sample_rate
        report = SourceReport("arrays", len(clips), seconds, sample_rate)
        super().__init__(sample_rate, clips, report)

    def _read(self, index, start, stop):
        return self.waveforms[index][start:stop]


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


@pytest.fixture
def public_folder():
    """An empty folder that anybody may look into, below folders that let them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def without_privileges():
    """A context in which permissions count: for root, they do not."""

    @contextlib.contextmanager
    def drop():
        if os.geteuid():
            yield
            return
        os.seteuid(65534)  # nobody
        try:
            yield
        finally:
            os.seteuid(0)

    return drop
