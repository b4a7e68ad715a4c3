"""The loss: nats per weighted sample, which padding never dilutes."""

import keras
import numpy as np
import pytest
import scipy.special
from keras import ops

from keras_wavenet.distributions import Categorical
from keras_wavenet.layers import mu_law_encode
from keras_wavenet.training import NegativeLogLikelihood

B, T, LEVELS = 3, 20, 16


@pytest.fixture(scope="module")
def batch():
    """A waveform, logits for it, and what each sample costs in nats."""
    rng = np.random.default_rng(0)
    waveform = rng.uniform(-1, 1, (B, T)).astype("float32")
    logits = rng.normal(scale=2, size=(B, T, LEVELS)).astype("float32")
    log_p = scipy.special.log_softmax(logits.astype("float64"), axis=-1)
    codes = mu_law_encode(waveform, LEVELS)[..., None]
    return waveform, logits, -np.take_along_axis(log_p, codes, axis=-1)[..., 0]


def loss_of(waveform, logits, weight=None, **arguments):
    loss = NegativeLogLikelihood(Categorical(LEVELS), **arguments)
    return ops.convert_to_numpy(loss(waveform, logits, sample_weight=weight))


def test_the_loss_is_the_mean_cost_of_a_sample(batch):
    waveform, logits, nats = batch
    assert loss_of(waveform, logits) == pytest.approx(nats.mean(), rel=1e-5)


def test_padding_never_dilutes_the_loss(batch):
    waveform, logits, nats = batch
    weight = np.ones((B, T), "float32")
    weight[0, 5:] = weight[1, 12:] = 0
    found = loss_of(waveform, logits, weight)
    assert found == pytest.approx(nats[weight == 1].mean(), rel=1e-5)
    padded = [np.pad(a, [(0, 0), (0, 40)] + [(0, 0)] * (a.ndim - 2)) for a in batch[:2]]
    more_padding = np.pad(weight, [(0, 0), (0, 40)])
    assert loss_of(*padded, more_padding) == pytest.approx(found, rel=1e-5)


def test_half_precision_logits_are_scored_in_float32(batch):
    waveform, logits, nats = batch
    halved = ops.cast(ops.convert_to_tensor(logits), "bfloat16")
    loss = NegativeLogLikelihood(Categorical(LEVELS))(waveform, halved)
    assert keras.backend.standardize_dtype(loss.dtype) == "float32"
    assert float(ops.convert_to_numpy(loss)) == pytest.approx(nats.mean(), rel=0.01)


def test_the_reduction_can_be_chosen(batch):
    waveform, logits, nats = batch
    found = loss_of(waveform, logits, reduction="none")
    np.testing.assert_allclose(found, nats, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("distribution", ["categorical", {"name": "categorical"}])
def test_the_distribution_may_be_a_name_or_a_config(distribution):
    assert NegativeLogLikelihood(distribution).distribution.levels == 256


def test_a_loss_made_from_its_config_is_the_same(batch):
    waveform, logits, _ = batch
    loss = NegativeLogLikelihood(Categorical(LEVELS), name="nats")
    config = keras.losses.serialize(loss)
    assert config["registered_name"] == "keras_wavenet>NegativeLogLikelihood"
    again = keras.losses.deserialize(config)
    assert again.get_config() == loss.get_config()
    assert again.distribution.levels == LEVELS and again.name == "nats"
    np.testing.assert_array_equal(
        *(ops.convert_to_numpy(one(waveform, logits)) for one in (loss, again))
    )


def test_an_unknown_distribution_is_refused():
    with pytest.raises(ValueError, match="one of .*Received: 'gamma'"):
        NegativeLogLikelihood("gamma")


@pytest.mark.parametrize("shape", [(B,), (B, 1), (1, T)])
def test_weights_are_broadcast_over_samples(batch, shape):
    waveform, logits, nats = batch
    weight = np.arange(1, 1 + max(shape), dtype="float32").reshape(shape)
    each = np.broadcast_to(weight[:, None] if len(shape) == 1 else weight, nats.shape)
    expected = np.average(nats, weights=each)
    assert loss_of(waveform, logits, weight) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("shape", [(T,), (B, T, 1), (B, T + 1), ()])
def test_weights_of_another_shape_are_refused(batch, shape):
    waveform, logits, _ = batch
    with pytest.raises(ValueError, match="`sample_weight` must have shape.*Received"):
        loss_of(waveform, logits, np.ones(shape, "float32"))


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_codes_cost_what_their_samples_cost(batch, dtype):
    waveform, logits, nats = batch
    codes = mu_law_encode(waveform, LEVELS).astype(dtype)
    for targets in (codes, ops.convert_to_tensor(codes)):
        assert loss_of(targets, logits) == pytest.approx(nats.mean(), rel=1e-5)
