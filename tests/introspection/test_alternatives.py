"""One prediction by several distributions."""

import numpy as np
import pytest

from keras_wavenet.introspection import alternatives

pytestmark = pytest.mark.neutral


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
