"""Costs of 16-bit samples: one footing for codes, bins and densities."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.distributions import Categorical, Gaussian, LogisticMixture
from keras_wavenet.layers.linear_levels import linear_decode
from tests.distributions.mixture_reference import ordinary

COST = "negative_log_likelihood"
EVERY_LEVEL = linear_decode(np.arange(65536))


@pytest.mark.parametrize(
    "levels, companding",
    [(2, "mu_law"), (256, "mu_law"), (512, "mu_law"), (256, "linear")],
)
def test_a_code_is_shared_evenly_among_its_16_bit_levels(levels, companding, call):
    categorical = Categorical(levels, companding)
    logits = np.random.default_rng(4).normal(size=levels).astype("float32")
    codes = categorical.encode(EVERY_LEVEL)
    direct = call(categorical, "probabilities", logits)[codes]
    direct = direct.astype("float64") / np.bincount(codes)[codes]
    assert direct.sum() == pytest.approx(1, abs=1e-5)
    some = slice(0, None, 97)
    rows = np.broadcast_to(logits, (1, len(codes[some]), levels))
    found = call(categorical, COST + "_16_bit", EVERY_LEVEL[None, some], rows)
    np.testing.assert_allclose(np.exp(-found[0]), direct[some], rtol=1e-4)


def test_a_uniform_distribution_costs_16_bits_whatever_the_codes(call):
    evenly = np.bincount(Categorical().encode(EVERY_LEVEL))
    logits = np.broadcast_to(np.log(evenly).astype("float32"), (1, 500, 256))
    waveform = np.random.default_rng(0).uniform(-1, 1, (1, 500)).astype("float32")
    found = call(Categorical(), COST + "_16_bit", waveform, logits)
    np.testing.assert_allclose(found / np.log(2), 16, rtol=1e-5)


def test_a_sample_between_two_levels_costs_what_the_nearest_costs(call):
    nearest = np.random.default_rng(0).choice(EVERY_LEVEL, (1, 500))
    between = nearest + np.float32(0.4 * 2**-15)
    for distribution in (Categorical(), Gaussian()):
        rows = np.random.default_rng(1).normal(size=(1, 500, distribution.channels))
        costs = [
            call(distribution, COST + "_16_bit", waveform, rows.astype("float32"))
            for waveform in (nearest, between)
        ]
        np.testing.assert_array_equal(*costs)


def test_a_mixture_over_few_levels_is_scored_over_all_of_them(call):
    few, many = LogisticMixture(2, 256), LogisticMixture(2)
    rows = np.broadcast_to(ordinary(many, 1), (1, 500, 6))
    waveform = np.random.default_rng(0).uniform(-0.9, 0.9, (1, 500)).astype("float32")
    expected = call(many, COST, waveform, rows)
    np.testing.assert_array_equal(call(few, COST + "_16_bit", waveform, rows), expected)
    gap = expected - call(few, COST, waveform, rows)  # 256 levels lie in a bin
    assert gap.mean() == pytest.approx(np.log(256), abs=0.1)


@pytest.mark.parametrize("distribution", [LogisticMixture(), Gaussian(), Categorical()])
def test_a_wrong_number_of_channels_is_refused_everywhere(distribution):
    wrong = ops.zeros((2, distribution.channels + 1))
    waveform, noise = ops.zeros((2,)), ops.zeros((2, 2))
    calls = [
        lambda: distribution.negative_log_likelihood(waveform, wrong),
        lambda: distribution.negative_log_likelihood_16_bit(waveform, wrong),
        lambda: distribution.probabilities(wrong),
        lambda: distribution.mode(wrong),
        lambda: distribution.sample(wrong, noise),
    ]
    channels = distribution.channels
    message = rf"of {distribution.name}, .* {channels} channels.*\(2, {channels + 1}\)"
    for one in calls:
        with pytest.raises(ValueError, match=message):
            one()
