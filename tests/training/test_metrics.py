"""Bits per sample: nats by ln 2, over the samples that carry weight."""

import math

import keras
import numpy as np
import pytest

from keras_wavenet.distributions import Categorical, LogisticMixture
from keras_wavenet.layers import mu_law_decode, mu_law_encode
from keras_wavenet.training import (
    BitsPerSample,
    CodeAccuracy,
    NegativeLogLikelihood,
)

B, T, LEVELS = 3, 20, 16


@pytest.fixture(scope="module")
def batch():
    """A waveform and logits for it."""
    rng = np.random.default_rng(0)
    waveform = rng.uniform(-1, 1, (B, T)).astype("float32")
    return waveform, rng.normal(scale=2, size=(B, T, LEVELS)).astype("float32")


def bits(*batches):
    metric = BitsPerSample(Categorical(LEVELS))
    for waveform, logits, weight in batches:
        metric.update_state(waveform, logits, sample_weight=weight)
    return float(metric.result())


def test_equal_probabilities_cost_the_logarithm_of_their_number(batch):
    waveform, logits = batch
    assert bits((waveform, 0 * logits, None)) == pytest.approx(math.log2(LEVELS))


def test_a_sure_and_right_prediction_costs_nothing():
    codes = np.arange(LEVELS)[None]
    logits = 50 * np.eye(LEVELS, dtype="float32")[codes]
    waveform = mu_law_decode(codes, LEVELS)
    assert bits((waveform, logits, None)) == pytest.approx(0, abs=1e-5)


def test_bits_are_the_nats_of_the_loss_by_ln_2(batch):
    waveform, logits = batch
    weight = (np.arange(B * T).reshape(B, T) % 3 > 0).astype("float32")
    loss = NegativeLogLikelihood(Categorical(LEVELS))
    nats = float(loss(waveform, logits, sample_weight=weight))
    assert nats > 1
    found = bits((waveform, logits, weight))
    assert found == pytest.approx(nats / math.log(2), rel=1e-5)


def test_an_array_is_scored_as_a_tensor_is(batch):
    waveform, parameters = batch[0], keras.ops.convert_to_tensor(batch[1][..., :6])
    found = []
    for target in (waveform, keras.ops.convert_to_tensor(waveform)):
        metric = BitsPerSample(LogisticMixture(2))
        metric.update_state(target, parameters)
        found.append(float(metric.result()))
    assert found[0] == found[1] > 1


def test_batches_count_by_their_weighted_samples(batch):
    waveform, logits = batch
    full = np.ones((B, T), "float32")
    short = full.copy()
    short[:, 4:] = 0
    louder = 3 * logits
    one = bits((waveform, logits, full))
    other = bits((waveform, louder, short))
    assert other > one + 1
    expected = (one * full.sum() + other * short.sum()) / (full.sum() + short.sum())
    found = bits((waveform, logits, full), (waveform, louder, short))
    assert found == pytest.approx(expected, rel=1e-5)


def test_bits_of_16_bit_samples_are_the_nats_of_their_levels(batch):
    waveform, logits = batch
    distribution = Categorical(LEVELS)
    metric = BitsPerSample(distribution, of_16_bit=True)
    metric.update_state(waveform, logits)
    nats = distribution.negative_log_likelihood_16_bit(waveform, logits)
    expected = keras.ops.convert_to_numpy(nats).mean() / math.log(2)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-5)
    assert expected > bits((waveform, logits, None)) + 5


def test_a_reset_metric_has_forgotten(batch):
    waveform, logits = batch
    metric = BitsPerSample(Categorical(LEVELS))
    metric.update_state(waveform, 9 * logits)
    metric.reset_state()
    metric.update_state(waveform, logits)
    assert float(metric.result()) == pytest.approx(bits((waveform, logits, None)))


def test_a_metric_made_from_its_config_is_the_same():
    metric = BitsPerSample(Categorical(LEVELS), name="bits", of_16_bit=True)
    config = keras.metrics.serialize(metric)
    assert config["registered_name"] == "keras_wavenet>BitsPerSample"
    again = keras.metrics.deserialize(config)
    assert again.get_config() == metric.get_config()
    assert again.distribution.levels == LEVELS and again.name == "bits"
    assert again.of_16_bit


def test_an_unknown_distribution_is_refused():
    with pytest.raises(ValueError, match="one of .*Received: 'gamma'"):
        BitsPerSample("gamma")


@pytest.mark.parametrize("as_codes", [False, True])
def test_accuracy_is_the_share_of_codes_that_are_most_probable(batch, as_codes):
    waveform, logits = batch
    codes = mu_law_encode(waveform, LEVELS)
    hits = logits.argmax(axis=-1) == codes
    weight = (np.arange(B * T).reshape(B, T) % 4).astype("float32")
    metric = CodeAccuracy(Categorical(LEVELS))
    metric.update_state(codes if as_codes else waveform, logits, sample_weight=weight)
    expected = np.average(hits, weights=weight)
    assert float(metric.result()) == pytest.approx(expected) and expected > 0


def test_accuracy_of_a_mixture_is_that_of_the_level_of_its_mode():
    distribution = LogisticMixture(1, levels=64)
    modes = distribution.decode(np.arange(4)[None])
    parameters = np.stack([0 * modes, modes, -5 + 0 * modes], axis=-1)
    metric = CodeAccuracy(distribution)
    metric.update_state(distribution.decode(np.array([[0, 1, 3, 3]])), parameters)
    assert float(metric.result()) == pytest.approx(0.75)
    again = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert again.get_config() == metric.get_config()
