"""A folder of recordings of all kinds, and what is prepared from it."""

import warnings

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import FolderSource
from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.splits import make_splits

RATE = 16000
GOOD = [
    ("a.wav", 16000, 1.0), ("b.flac", 44100, 9.0), ("c.ogg", 22050, 2.0),
    ("d.mp3", 44100, 20.0), ("deep/e.wav", 8000, 1.0), ("deep/f.FLAC", 48000, 0.5),
    ("deep/g.wav", 16000, 0.1), ("h.wav", 16000, 20.0), ("i.ogg", 44100, 3.0),
    ("j.flac", 16000, 8.192), ("k.wav", 11025, 4.0), ("l.wav", 16000, 0.7),
]  # fmt: skip
BAD = {
    "empty.wav": "empty file",
    "letter.mp3": "not readable as audio",
    "cut.flac": "",  # the message is libsndfile's
    "nan.wav": "NaN",
    "silent.wav": "silent",
}


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Twelve clips of formats and rates of all kinds, and five that are none."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "deep").mkdir()
    rng = np.random.default_rng(0)
    for name, rate, seconds in GOOD:
        noise = rng.uniform(-1, 1, int(rate * seconds))
        tone = np.sin(np.arange(len(noise)) * 440 * 2 * np.pi / rate)
        kind = name.rpartition(".")[2].upper()
        soundfile.write(folder / name, 0.1 * noise + 0.3 * tone, rate, format=kind)
    (folder / "empty.wav").touch()
    (folder / "letter.mp3").write_text("A letter, not a recording. " * 99)
    whole = (folder / "b.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    nan = np.full(4000, np.nan, "float32")
    soundfile.write(folder / "nan.wav", nan, RATE, subtype="FLOAT")
    soundfile.write(folder / "silent.wav", np.zeros(RATE), RATE)
    (folder / "LICENSE.txt").write_text("Free for any use.")
    return folder


@pytest.fixture(scope="session")
def splits(recordings):
    """The splits of the recordings, as sources of their files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # five clips are skipped
        return make_splits(FolderSource(recordings, RATE))


@pytest.fixture(scope="session")
def shard_bytes():
    """Shards of a few records, so that a minute of audio fills several."""
    return 200_000


@pytest.fixture(scope="session")
def prepared(splits, shard_bytes, tmp_path_factory):
    """The recordings as a prepared dataset; not to be changed."""
    out = tmp_path_factory.mktemp("data") / "noises"
    prepare(splits, out, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    return out


@pytest.fixture
def contents():
    """All files of a folder by name, as bytes."""

    def read(folder):
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    return read
