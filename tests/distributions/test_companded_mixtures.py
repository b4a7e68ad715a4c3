"""Mixtures over samples that are companded and not rounded: `mu`."""

import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.distributions import Gaussian, LogisticMixture, get
from keras_wavenet.layers.linear_levels import linear_decode
from keras_wavenet.layers.mu_law import mu_law_compress, mu_law_expand
from tests.distributions.mixture_reference import mass_below, ordinary

COST = "negative_log_likelihood"
MU = 255
PAIRS = [  # the same curves over companded samples, and over samples
    (LogisticMixture(3, 256, mu=MU), LogisticMixture(3, 256)),
    pytest.param(
        Gaussian(min_log_scale=-12, mu=MU),
        Gaussian(min_log_scale=-12),
        marks=pytest.mark.neutral,
    ),
]
each_pair = pytest.mark.parametrize("companded, plain", PAIRS, ids=str)


def compress(x):
    return np.sign(x) * np.log1p(MU * np.abs(x)) / np.log1p(MU)


def expand(y):
    return np.sign(y) * np.expm1(np.abs(y) * np.log1p(MU)) / MU


@each_pair
def test_all_is_as_of_the_companded_samples(companded, plain, call):
    values = np.random.default_rng(0).uniform(-1, 1, (1, 300)).astype("float32")
    values = plain.decode(plain.encode(values))  # not at the edge of a bin
    audio = expand(values.astype("float64")).astype("float32")
    np.testing.assert_array_equal(companded.encode(audio), plain.encode(values))
    rows = ordinary(plain, 300)[None]
    found, expected = (
        call(one, COST, of, rows) for one, of in ((companded, audio), (plain, values))
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    noise = np.random.default_rng(1).random((300, plain.uniforms_per_sample))
    for name, others in (("sample", [noise.astype("float32")]), ("mode", [])):
        found, expected = (
            call(one, name, rows[0], *others) for one in (companded, plain)
        )
        np.testing.assert_allclose(found, expand(expected), rtol=1e-5, atol=1e-7)


@each_pair
def test_a_16_bit_sample_costs_the_mass_of_its_companded_bin(companded, plain, call):
    levels = np.array([0, 1, 200, 32767, 32768, 32769, 40000, 65534, 65535])
    rows = np.tile(ordinary(plain, 1, seed=4), (1, len(levels), 1))
    rows[..., -plain.components :] += 3  # broad curves, of which float64 has digits
    waveform = linear_decode(levels)[None]
    edges = [np.append(-np.inf, compress((2 * levels[1:] - 1) / 65536 - 1))]
    edges += [np.append(compress((2 * levels[:-1] + 1) / 65536 - 1), np.inf)]
    lower, upper = (mass_below(plain, rows[0], edge) for edge in edges)
    found = call(companded, COST + "_16_bit", waveform, rows)
    np.testing.assert_allclose(np.exp(-found[0]), upper - lower, rtol=2e-4)


@pytest.mark.neutral
@pytest.mark.parametrize("levels, mu", [(2, 255), (256, 255), (65536, 65536), (999, 1)])
def test_every_level_survives_decoding_and_encoding(levels, mu):
    mixture, codes = LogisticMixture(1, levels, mu=mu), np.arange(levels)
    np.testing.assert_array_equal(mixture.encode(mixture.decode(codes)), codes)
    values = np.linspace(-1, 1, 99, dtype="float32")
    again = mu_law_compress(mu_law_expand(values, mu), mu)
    np.testing.assert_allclose(again, values, atol=1e-6)


@pytest.mark.neutral
def test_mu_is_part_of_the_config_where_it_is_given():
    config = Gaussian(mu=255).get_config()
    assert config["mu"] == 255 and get(config).get_config() == config
    assert "mu" not in Gaussian().get_config()
    for wrong in (0, 65537, 2.5, True, "255"):
        with pytest.raises(ValueError, match="`mu` must .*Received: mu="):
            LogisticMixture(mu=wrong)


@pytest.mark.neutral
def test_a_linear_prediction_is_of_samples_that_are_not_companded():
    with pytest.raises(ValueError, match="with a location and a scale"):
        WaveNet(
            features="mel_16k",
            linear_prediction={"order": 4},
            distribution={"name": "gaussian", "mu": 255},
        )
