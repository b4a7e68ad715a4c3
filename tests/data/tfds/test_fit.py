"""`fit` on datasets of the tfds catalogue, by name, on every backend."""

import math

import pytest
import tensorflow_datasets as tfds

from keras_wavenet.data import load
from keras_wavenet.data.windows.pipelines import PIPELINES

# What the clips of each carry: speaker, label, transcript.
DATASETS = {
    "vctk/mic1": (True, False, True),
    "ljspeech": (False, False, True),
    "librispeech": (True, False, True),
    "nsynth": (False, True, False),
    "speech_commands": (False, True, False),
    "yes_no": (False, True, False),
}
STEPS = 3


@pytest.fixture(scope="module")
def model(tiny_wavenet):
    """One network for all datasets: their batches have the same shapes."""
    model = tiny_wavenet(dilations=[1], sample_rate=8000)
    model.compile(optimizer="adam")
    return model


@pytest.fixture(scope="module")
def folders(prepare_catalogue):
    """The folder of each dataset, prepared with its own features."""
    splits = {"train": 4}
    return {name: prepare_catalogue(name, splits)[0] for name in DATASETS}


def fit(model, train):
    history = model.fit(train, steps_per_epoch=STEPS, verbose=0).history
    assert math.isfinite(history["loss"][0])


def check_labels(source, carried):
    for clip in source.clips:
        labels = clip.speaker, clip.label, clip.transcript
        assert tuple(map(bool, labels)) == carried


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("name", DATASETS)
def test_fit_on_a_prepared_dataset(name, pipeline, model, folders):
    train = load(
        name, spec=model, batch_size=2, window_length=400,
        pipeline=pipeline, data_dir=folders[name],
    )  # fmt: skip
    check_labels(train.source, DATASETS[name])
    fit(model, train)


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("name", DATASETS)
def test_fit_on_a_dataset_that_tfds_mocks(name, pipeline, model):
    with tfds.testing.mock_data(num_examples=3):
        train = load(
            name, spec=model, batch_size=2, window_length=400, pipeline=pipeline
        )
        check_labels(train.source, DATASETS[name])
        fit(model, train)
