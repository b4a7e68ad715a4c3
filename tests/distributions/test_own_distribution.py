"""A distribution from outside the package: trained, generated, saved, and a flag."""

import argparse

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet, distributions
from keras_wavenet.commands.model_arguments import add_model_arguments, model_overrides
from keras_wavenet.distributions import registry
from keras_wavenet.generation import engines
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from tests.family import SMALL

LEVELS = 32


class EvenSoftmax(distributions.Categorical):
    """A softmax over evenly spaced levels."""

    name = "even_softmax"
    compiled_sampling = None
    evenly_spaced = True

    def encode(self, waveform):
        return linear_encode(waveform, self.levels)

    def decode(self, codes):
        return linear_decode(codes, self.levels)

    def get_config(self):
        return {"name": self.name, "levels": self.levels}


@pytest.fixture(scope="module", autouse=True)
def registered():
    yield distributions.register(EvenSoftmax)
    del registry.DISTRIBUTIONS[EvenSoftmax.name]


@pytest.fixture(scope="module")
def model():
    config = {"name": "even_softmax", "levels": LEVELS}
    return WaveNet(**{**SMALL, "distribution": config})


def test_it_trains_and_generates_on_the_engine_of_the_backend(model):
    model.compile("adam")
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 41)).astype("float32")
    loss = model.train_on_batch(audio[:, :-1], audio[:, 1:])
    assert abs(float(np.ravel(loss)[0]) - np.log(LEVELS)) < 1
    with pytest.warns(UserWarning, match="slower loop .* EvenSoftmax"):
        found = model.generate(20, seed=0)
    assert engines.get("auto", model) is engines.get(keras.backend.backend(), model)
    levels = linear_decode(np.arange(LEVELS), LEVELS)
    assert np.isin(found, levels).all() and len(np.unique(found)) > 3


def test_a_preset_carries_it(model, tmp_path):
    model.save_to_preset(tmp_path / "preset")
    again = WaveNet.from_preset(tmp_path / "preset")
    assert isinstance(again.distribution, EvenSoftmax)
    waveform = np.linspace(-0.5, 0.5, 30, dtype="float32")
    np.testing.assert_array_equal(
        again.next_sample_probabilities(waveform),
        model.next_sample_probabilities(waveform),
    )


@pytest.mark.neutral
def test_a_flag_names_it():
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    flags = ["--distribution", "even_softmax", "--levels", "8"]
    overrides = model_overrides(parser.parse_args(flags), {"distribution": "gaussian"})
    model = WaveNet(**{**SMALL, **overrides})
    assert isinstance(model.distribution, EvenSoftmax) and model.output_shape[-1] == 8


@pytest.mark.neutral
def test_what_is_no_distribution_or_has_a_name_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="subclass of .*Received: 'even'"):
        distributions.register("even")
    taken = type("Other", (EvenSoftmax,), {"name": "categorical"})
    with pytest.raises(ValueError, match="'categorical', which is that of Categorical"):
        distributions.register(taken)
