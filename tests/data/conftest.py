"""Sources that the data tests share: the shipped speech, and small made-up clips."""

import contextlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet.data import open_source
from tests.array_source import array_source

SAMPLE_RATE = 16000


@pytest.fixture
def make_source():
    """Make a source from a list of arrays, and what is known of each, by name."""
    return array_source


@pytest.fixture
def noise_source(make_source):
    """Clips of noise: shorter and longer than a window of 100, and multiples of it."""
    rng = np.random.default_rng(0)
    return make_source([rng.uniform(-1, 1, n) for n in (7, 99, 100, 101, 300, 555)])


@pytest.fixture(scope="session")
def spoken_prompts(data_dir):
    """The two splits of the shipped speech: `(train, validation)` sources."""
    return tuple(
        open_source("spoken_prompts", split, SAMPLE_RATE, data_dir)
        for split in ("train", "validation")
    )


@pytest.fixture
def public_folder():
    """An empty folder that every user may read, as are those above it."""
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


@pytest.fixture(scope="session")
def prepare_catalogue(tmp_path_factory):
    """Prepare datasets of the tfds catalogue: their own features, made-up contents.

    tfds draws the labels as its mocks do, and writes the files as after a download. The
    audio is a tone for each clip. Call as `prepare_catalogue("vctk/mic1", {"train":
    12})`, with the number of clips in each split, for the folder and, for each split,
    the examples that were written.
    """

    def prepare(name, splits, file_format="array_record", seconds=0.25):
        import tensorflow_datasets as tfds

        folder = tmp_path_factory.mktemp("catalogue")
        builder = tfds.builder(name, data_dir=folder, file_format=file_format)
        written = {
            split: make_examples(builder.info.features, count, seconds, seed)
            for seed, (split, count) in enumerate(splits.items())
        }
        # In place of what would download the data.
        builder._split_generators = lambda dl_manager: {
            split: enumerate(examples) for split, examples in written.items()
        }
        # Large datasets keep theirs in a kind that only Apache Beam can write.
        metadata = builder.info.metadata
        builder.info._metadata = metadata and tfds.core.MetadataDict(metadata)
        builder.download_and_prepare()
        return folder, written

    return prepare


def make_examples(features, count, seconds, seed):
    """Examples as tfds' mocks make them, but with a tone for the audio of each."""
    from tensorflow_datasets.testing.mocking import RandomFakeGenerator

    (name,) = [name for name in ("audio", "speech") if name in features]
    audio = features[name]
    length = audio.shape[0] or int(seconds * audio.sample_rate)
    scale = 1 if np.issubdtype(audio.np_dtype, np.floating) else 2**15
    fake = RandomFakeGenerator(features, count, seed=1000 * seed)
    examples = [fake[index] for index in range(count)]
    for index, example in enumerate(examples):
        tone = 0.3 * np.sin(np.arange(length) * (0.05 + 0.01 * index)) * scale
        example[name] = tone.astype(audio.np_dtype)
    return examples
