"""One prediction by several distributions."""

import numpy as np
import pytest

from keras_wavenet.introspection import alternatives

pytestmark = pytest.mark.neutral


def test_a_smooth_prediction_has_a_smooth_density_in_mu_law_codes():
    values = np.linspace(-1, 1, 65536)
    scale = 0.01
    p = np.exp(-0.5 * (values / scale) ** 2)
    codes, probabilities = alternatives(values, p)["256 mu-law codes"]
    near = np.abs(codes) < 2 * scale
    density = (probabilities / np.gradient(codes))[near]
    expected = np.exp(-0.5 * (codes / scale) ** 2)[near]
    expected *= 1 / (scale * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(density, expected, rtol=0.02)


def test_mu_law_codes_keep_their_probabilities():
    from keras_wavenet.layers import mu_law_decode

    p = np.random.default_rng(0).dirichlet(np.ones(256))
    values = mu_law_decode(np.arange(256))
    found, probabilities = alternatives(values, p)["256 mu-law codes"]
    np.testing.assert_array_equal(found, values)
    np.testing.assert_allclose(probabilities, p)


def test_all_have_the_mean_and_the_spread_of_the_prediction():
    values = np.linspace(-0.5, 0.5, 101)
    p = np.exp(-0.5 * ((values - 0.1) / 0.05) ** 2)
    p /= p.sum()
    found = alternatives(values, p)
    assert list(found) == ["256 mu-law codes", "logistic", "Gaussian"]
    for levels, probabilities in found.values():
        assert len(levels) == len(probabilities) and (np.diff(levels) > 0).all()
        mean = (levels * probabilities).sum()
        std = np.sqrt((probabilities * (levels - mean) ** 2).sum())
        np.testing.assert_allclose([mean, std], [0.1, 0.05], atol=2e-3)
