"""Means over stretches of an epoch."""

import numpy as np
import pytest

from keras_wavenet.training.monitoring.interval_means import IntervalMeans

pytestmark = pytest.mark.neutral


def test_the_means_of_stretches_are_those_of_their_own_steps():
    losses = np.random.default_rng(0).normal(size=30)
    means = IntervalMeans()
    for start, stop in ((0, 10), (10, 11), (11, 30)):
        found = means.since_last(stop, {"loss": losses[:stop].mean()})
        assert found["loss"] == pytest.approx(losses[start:stop].mean())
        assert means.steps == stop


def test_a_figure_that_comes_late_counts_from_the_start():
    means = IntervalMeans()
    means.since_last(2, {"loss": 1.0})
    found = means.since_last(4, {"loss": 1.0, "bits": 3.0})
    assert found["loss"] == 1.0
