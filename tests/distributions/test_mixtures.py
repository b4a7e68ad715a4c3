"""Mixtures of curves over levels: costs, gradients and what can be learned by them."""

import keras
import numpy as np
import pytest
import scipy.special

from keras_wavenet.distributions import Categorical, Gaussian, LogisticMixture, get
from tests.distributions.mixture_reference import (
    density,
    extreme,
    ordinary,
    probability,
    split,
)

MIXTURES = [LogisticMixture(3), Gaussian(), Gaussian(2, min_log_scale=-16)]
COST = "negative_log_likelihood"
EDGES = np.float32([-1, -0.99999, -0.3, 0, 2**-16, 0.99999, 1])

each_mixture = pytest.mark.parametrize("mixture", MIXTURES, ids=str)


@each_mixture
def test_probabilities_are_differences_of_cumulative_ones_and_sum_to_one(mixture, call):
    usual = ordinary(mixture, 2)
    found = call(
        mixture, "probabilities", np.concatenate([usual, extreme(mixture, 10)])
    )
    assert found.shape == (12, mixture.levels) and found.dtype == "float32"
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=-1, dtype="float64"), 1, atol=3e-6)
    expected = probability(mixture, usual[:, None], np.arange(mixture.levels))
    np.testing.assert_allclose(found[:2], expected, rtol=2e-4, atol=1e-10)


@pytest.mark.parametrize(
    "mixture", [LogisticMixture(2, 2), Gaussian(1, 2), Gaussian(1, 1000)], ids=str
)
def test_probabilities_of_few_levels_sum_to_one(mixture, call):
    parameters = np.concatenate([ordinary(mixture, 3), extreme(mixture, 12)])
    found = call(mixture, "probabilities", parameters)
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=3e-6)


@each_mixture
def test_the_cost_of_a_waveform_is_that_of_its_levels(mixture, call):
    parameters = ordinary(mixture, 600).reshape(2, 300, mixture.channels)
    _, means, scales = split(mixture, parameters)
    rng = np.random.default_rng(2)
    waveform = means[..., 0] + scales[..., 0] * rng.normal(size=(2, 300))
    waveform = waveform.clip(-1, 1).astype("float32")
    waveform[:, :3] = [-1, 0, 1]
    parameters[:, :3] = ordinary(mixture, 1)
    found = call(mixture, COST, waveform, parameters)
    assert found.shape == (2, 300) and found.dtype == "float32"
    expected = probability(mixture, parameters, mixture.encode(waveform))
    sure = expected > 1e-8  # below, differences in float64 have few digits
    assert sure.mean() > 0.9
    expected = -np.log(expected[sure])
    np.testing.assert_allclose(found[sure], expected, rtol=1e-4, atol=1e-6)


@each_mixture
def test_a_density_times_the_width_of_a_bin_costs_the_same(mixture, call):
    parameters = ordinary(mixture, 600).reshape(2, 300, mixture.channels)
    parameters[..., -mixture.components :] += 2
    waveform = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 300)).astype("float32")
    waveform = mixture.decode(mixture.encode(waveform))
    heights = density(mixture, parameters, waveform)
    sure = heights > 1e-8
    assert sure.mean() > 0.6
    expected = -np.log(heights[sure]) - np.log(2 / mixture.levels)
    found = call(mixture, COST, waveform, parameters)
    np.testing.assert_allclose(found[sure], expected, rtol=1e-4)


def test_a_far_tail_costs_what_its_formula_says(call):
    waveform, parameters = np.float32([[0.5]]), np.float32([[[0.0, -0.5, -9.0]]])
    # Far out the mass beyond z is exp(-z), here without what is beyond the next edge.
    scale, edge = np.exp(-9.0), 1.0 - 2.0**-16
    expected = edge / scale - np.log(-np.expm1(-(2.0**-15) / scale))
    found = call(LogisticMixture(1), COST, waveform, parameters)
    assert found.item() == pytest.approx(expected, rel=1e-6)
    upper, lower = (scipy.special.log_ndtr(-x / scale) for x in (edge, edge + 2**-15))
    expected = -(upper + np.log(-np.expm1(lower - upper)))
    found = call(Gaussian(min_log_scale=-9), COST, waveform, parameters[..., 1:])
    assert found.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("mixture", MIXTURES[::2], ids=str)
def test_gradients_are_finite_everywhere_and_those_of_the_exact_cost(
    mixture, call, gradients_of
):
    wild = np.tile(extreme(mixture, 60), (len(EDGES), 1))
    usual = ordinary(mixture, 40, seed=5)
    _, means, scales = split(mixture, usual)
    near = (means + scales)[:, 0].clip(-1, 1).astype("float32")
    waveform = np.concatenate([EDGES.repeat(60), near])
    parameters = np.concatenate([wild, usual])
    costs = call(mixture, COST, waveform[None], parameters[None])
    assert np.isfinite(costs).all() and costs.min() >= -1e-6
    found = gradients_of(mixture, waveform, parameters)
    assert np.isfinite(found).all()

    codes = mixture.encode(near)
    for channel in range(mixture.channels):
        step = np.zeros(mixture.channels)
        step[channel] = 1e-5
        up, down = (
            -np.log(probability(mixture, usual + change, codes))
            for change in (step, -step)
        )
        expected = (up - down) / 2e-5
        np.testing.assert_allclose(found[-40:, channel], expected, rtol=0.01, atol=0.01)


@pytest.mark.parametrize(
    "distribution, before, after",
    [
        (LogisticMixture(2), 16, 8),
        (Gaussian(), 16, 8),
        (Categorical(64), 5, 1),
    ],
    ids=str,
)
def test_free_parameters_learn_a_short_clip(
    distribution, before, after, call, parameter_table
):
    clip = 0.4 * np.sin(np.arange(200) / 7).astype("float32")[None]
    random = np.random.default_rng(0).normal(scale=0.1, size=(200, 64))
    parameters = random[:, : distribution.channels].astype("float32")

    def bits():
        table = model.get_weights()[0][None]
        return call(distribution, COST, clip, table).mean() / np.log(2)

    # The first gradients are the largest by far, and should be forgotten soon.
    rate = keras.optimizers.schedules.CosineDecay(0.15, 200)
    adam = keras.optimizers.Adam(rate, beta_2=0.9)
    model = parameter_table(distribution, parameters, adam)
    assert bits() > before
    number = np.tile(np.arange(200), (200, 1))
    model.fit(number, clip.repeat(200, axis=0), batch_size=1, verbose=0)
    assert bits() < after


@pytest.mark.neutral
@each_mixture
def test_a_mixture_made_from_its_config_is_the_same(mixture):
    config = mixture.get_config()
    again = get(config)
    assert type(again) is type(mixture) and again.get_config() == config
    assert {type(value) for value in config.values()} == {str, int, float}


@pytest.mark.neutral
def test_channels_and_noise_depend_on_the_number_of_curves():
    assert (Gaussian().channels, Gaussian().uniforms_per_sample) == (2, 1)
    assert (Gaussian(4).channels, Gaussian(4).uniforms_per_sample) == (12, 2)
    assert LogisticMixture().channels == 30
    assert LogisticMixture(1).channels == 3
    assert LogisticMixture(1).uniforms_per_sample == 2


@pytest.mark.neutral
@pytest.mark.parametrize("cls", [LogisticMixture, Gaussian])
@pytest.mark.parametrize(
    "arguments",
    [
        {"components": 0},
        {"components": 65},
        {"components": 2.0},
        {"components": True},
        {"levels": 1},
        {"levels": 65537},
        {"min_log_scale": -36},
        {"min_log_scale": 0.1},
        {"min_log_scale": float("nan")},
        {"min_log_scale": "-7"},
        {"min_log_scale": None},
        {"min_log_scale": False},
    ],
    ids=str,
)
def test_an_argument_out_of_range_is_refused(cls, arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` must .*Received: {name}="):
        cls(**arguments)
    with pytest.raises(ValueError, match=f"Received: {name}="):
        get({"name": cls.name, **arguments})
