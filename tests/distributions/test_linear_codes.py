"""Models of evenly spaced codes: inputs, training, generation, presets, words."""

import argparse

import keras
import numpy as np
import pytest
import scipy.special

from keras_wavenet import WaveNet, model_words
from keras_wavenet.commands.model_arguments import add_model_arguments, model_overrides
from keras_wavenet.distributions import Categorical
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.training import CodeAccuracy, NegativeLogLikelihood
from tests.family import SMALL, outputs

LEVELS = 16
LINEAR = {"name": "categorical", "levels": LEVELS, "companding": "linear"}
ALL_SAMPLES = linear_decode(np.arange(LEVELS), LEVELS)
AUDIO = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 41)).astype("float32")
X, Y = AUDIO[:, :-1], AUDIO[:, 1:]


@pytest.fixture(scope="module")
def model(tiny_wavenet):
    return tiny_wavenet(**{**SMALL, "distribution": LINEAR})


def test_samples_and_their_codes_are_scored_alike(model):
    logits = outputs(model, X)
    codes = linear_encode(Y, LEVELS)
    chosen = np.take_along_axis(logits, codes[..., None], axis=-1)[..., 0]
    expected = scipy.special.logsumexp(logits, axis=-1) - chosen
    for targets in (Y, codes):
        loss = NegativeLogLikelihood(LINEAR)(targets, logits)
        assert float(loss) == pytest.approx(expected.mean(), rel=1e-5)
        accuracy = CodeAccuracy(LINEAR)
        accuracy.update_state(targets, logits)
        hits = logits.argmax(axis=-1) == codes
        assert float(accuracy.result()) == pytest.approx(hits.mean(), abs=1e-6)


def test_it_trains(model):
    model = WaveNet.from_config({**model.get_config(), "name": None})
    model.compile(keras.optimizers.Adam(0.01))
    losses = [float(np.ravel(model.train_on_batch(X, Y))[0]) for _ in range(5)]
    assert losses[-1] < losses[0] - 0.02


@pytest.mark.parametrize("encoding", ["codes", "companded"])
def test_its_inputs_are_the_codes_of_the_distribution(tiny_wavenet, model, encoding):
    if encoding != "codes":
        changed = {"distribution": LINEAR, "input_encoding": encoding}
        model = tiny_wavenet(**{**SMALL, **changed})
    rng = np.random.default_rng(1)
    codes = rng.integers(0, LEVELS, (1, 24))
    inside = rng.uniform(-0.9, 0.9, codes.shape) / LEVELS  # of the bin of a code
    centers = linear_decode(codes, LEVELS)
    moved = (centers + inside).astype("float32")
    np.testing.assert_array_equal(outputs(model, centers), outputs(model, moved))


def test_every_engine_generates_the_same(model):
    prime = np.random.default_rng(2).uniform(-0.9, 0.9, 24).astype("float32")
    found = {
        engine: model.generate(40, engine=engine, prime=prime, temperature=0)
        for engine in ("cpu", keras.backend.backend())
    }
    np.testing.assert_array_equal(*found.values())
    assert np.isin(found["cpu"], ALL_SAMPLES).all()
    assert len(np.unique(found["cpu"])) > 1


@pytest.mark.neutral
def test_a_preset_carries_it_and_those_of_mu_law_do_not_name_theirs(model, tmp_path):
    model.save_to_preset(tmp_path / "preset")
    again = WaveNet.from_preset(tmp_path / "preset")
    assert again.get_config()["distribution"] == LINEAR
    waveform = np.linspace(-0.5, 0.5, 30, dtype="float32")
    np.testing.assert_array_equal(
        again.next_sample_probabilities(waveform),
        model.next_sample_probabilities(waveform),
    )
    usual = Categorical(LEVELS, companding="mu_law").get_config()
    assert usual == {"name": "categorical", "levels": LEVELS}
    wrong = {**model.get_config(), "distribution": {**LINEAR, "companding": "alaw"}}
    with pytest.raises(ValueError, match="Received: companding='alaw'"):
        WaveNet.check_config(wrong)


@pytest.mark.neutral
def test_a_flag_chooses_it_and_a_mixture_refuses_it():
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)

    def overrides(preset, *flags):
        config = {"distribution": preset}
        return model_overrides(parser.parse_args(flags), config)["distribution"]

    assert (
        overrides("categorical", "--companding", "linear", "--levels", "16") == LINEAR
    )
    assert overrides(LINEAR, "--levels", "8") == {**LINEAR, "levels": 8}
    usual = {"name": "categorical", "levels": LEVELS}
    assert overrides(LINEAR, "--companding", "mu_law") == usual
    with pytest.raises(ValueError, match="--companding .* --distribution categorical"):
        overrides("gaussian", "--companding", "linear")


@pytest.mark.neutral
def test_its_codes_are_called_by_their_name():
    a = Architecture(distribution={**LINEAR, "levels": 256})
    assert model_words.describe_input(a) == "256 evenly spaced codes, looked up"
    words = model_words.describe_distribution(a.distribution)
    assert words == "categorical: a probability for each of 256 evenly spaced codes"
    assert str(a.distribution) == "categorical, 256 levels, companding linear"
