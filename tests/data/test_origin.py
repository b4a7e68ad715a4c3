"""Origins: a kind of dataset from outside the package, and what `load` makes of it."""

import numpy as np
import pytest

from keras_wavenet import data
from keras_wavenet.data import origin
from tests.array_source import array_source

pytestmark = pytest.mark.neutral

SPEC = data.DataSpec(16000, 100)


class Noise(data.Origin):
    """Noise, with or without published splits."""

    def __init__(self, options, published):
        super().__init__(options)
        self.published = published

    def open(self, sample_rate, split=None):
        rng = np.random.default_rng(0)
        waveforms = [rng.uniform(-0.5, 0.5, 5000) for _ in range(20)]
        columns = {"speaker": [f"voice-{number % 3}" for number in range(20)]}
        if self.published:
            columns["split"] = ["dev"] * 2 + ["train"] * 18
        return array_source(waveforms, sample_rate, **columns)


@pytest.fixture
def noise(monkeypatch):
    """Registers datasets called "noise" and "published noise" for one test."""
    monkeypatch.setattr(origin, "_FINDERS", list(origin._FINDERS))

    @data.register
    def find_noise(name, options):
        if name in ("noise", "published noise"):
            return Noise(options, published=name != "noise")
        return None


def test_a_registered_kind_of_dataset_is_loaded_by_its_name(noise):
    train = data.load("noise", spec=SPEC, batch_size=2, window_length=1000)
    assert len(train.source) == 18 and train.shuffle
    x, y, weight = next(iter(train))
    assert y.shape == (2, 1000) and weight.any()
    np.testing.assert_array_equal(x["waveform"][:, 1:], y[:, :-1])


def test_splits_are_made_of_it_by_clip_or_speaker(noise):
    splits = data.open_splits("noise", 16000)
    assert {name: len(source) for name, source in splits.items()} == {
        "train": 18,
        "validation": 1,
        "test": 1,
    }
    held_out = data.open_source("noise", "validation", 16000, split_by="speaker")
    assert len({clip.speaker for clip in held_out.clips}) == 1 < len(held_out)


def test_its_published_splits_are_kept(noise):
    assert len(data.open_source("published noise", "dev", 16000)) == 2
    with pytest.raises(ValueError, match="has the splits dev, train. Received"):
        data.open_source("published noise", "validation", 16000)


def test_its_silence_is_trimmed_on_request(noise):
    trimmed = data.open_source("noise", "train", 16000, trim_silence=-40)
    assert trimmed.report.trimmed_clips == 0


def test_other_names_are_still_found(noise, data_dir):
    assert isinstance(
        data.open_source("spoken_prompts", "train", 16000, data_dir), data.TfdsSource
    )


def test_keys_of_tfds_are_refused_for_it(noise):
    with pytest.raises(ValueError, match="for tfds datasets.*stored_rate=8000"):
        data.load("noise", spec=SPEC, stored_rate=8000)


def test_something_else_than_a_function_is_not_registered():
    with pytest.raises(ValueError, match="Received: find='noise'"):
        data.register("noise")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split_by": "mood"}, "'clip', 'speaker'. Received: split_by='mood'"),
        ({"trim_silence": 40}, "Received: trim_silence=40"),
    ],
)
def test_options_are_checked_when_they_are_made(options, message):
    with pytest.raises(ValueError, match=message):
        data.SourceOptions(**options)


@pytest.mark.parametrize("wrong", ["find", "open"])
def test_a_kind_that_returns_something_else_is_answered_in_words(noise, wrong):
    class Empty(data.Origin):
        def open(self, sample_rate, split=None):
            return None

    @data.register
    def find_empty(name, options):
        if name == "empty":
            return Empty(options) if wrong == "open" else "a folder"
        return None

    expected = {"find": "must return an `Origin`", "open": "a `ClipSource`"}[wrong]
    with pytest.raises(ValueError, match=expected):
        data.open_source("empty", "train", 16000)
    with pytest.raises(ValueError, match=expected):
        data.open_splits("empty", 16000)
