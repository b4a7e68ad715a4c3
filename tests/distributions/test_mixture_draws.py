"""What mixtures draw: samples of themselves, at any temperature, in any loop."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
from keras import ops

from keras_wavenet.distributions import Gaussian, LogisticMixture
from keras_wavenet.generation.sampling import uniform_noise
from tests.distributions.mixture_reference import extreme, mass_below, ordinary, split

DRAWS = 20_000
MIXTURES = [LogisticMixture(3), Gaussian(), Gaussian(2, min_log_scale=-16)]

each_mixture = pytest.mark.parametrize("mixture", MIXTURES, ids=str)


@pytest.fixture
def draw(call):
    """Samples of one row of parameters, as many as there are rows of noise."""

    def draw(mixture, parameters, noise, temperature=1.0):
        count = len(noise)  # always as many, so that one function is compiled
        noise = np.resize(noise, (DRAWS, mixture.uniforms_per_sample))
        parameters = np.broadcast_to(parameters, (DRAWS, mixture.channels))
        noise, temperature = noise.astype("float32"), np.float32(temperature)
        samples = call(mixture, "sample", parameters, noise, temperature)
        assert samples.shape == (DRAWS,) and samples.dtype == "float32"
        assert np.abs(samples).max() <= 1
        return samples[:count]

    return draw


def random_noise(mixture, count=DRAWS, seed=0):
    return np.random.default_rng(seed).random((count, mixture.uniforms_per_sample))


@each_mixture
def test_random_noise_draws_a_sample_of_the_distribution(mixture, draw):
    (parameters,) = ordinary(mixture, 1, seed=8)
    samples = draw(mixture, parameters, random_noise(mixture))
    inside = samples[np.abs(samples) < 1]
    assert len(inside) > 0.5 * DRAWS
    low, high = (mass_below(mixture, parameters, edge) for edge in (-1, 1))
    assert np.mean(samples == -1) == pytest.approx(low, abs=0.01)
    assert np.mean(samples == 1) == pytest.approx(1 - high, abs=0.01)

    def below(x, moved=0):
        mass = mass_below(mixture, parameters + np.float32(moved), x)
        return (mass - low) / (high - low)

    assert scipy.stats.kstest(inside, below).pvalue > 1e-3
    wrong = scipy.stats.kstest(inside, lambda x: below(x, moved=0.1))
    assert wrong.pvalue < 1e-6


@each_mixture
def test_levels_are_drawn_as_often_as_they_are_probable(mixture, draw, call):
    (parameters,) = ordinary(mixture, 1, seed=9)
    samples = draw(mixture, parameters, random_noise(mixture, seed=1))
    found = call(mixture, "probabilities", parameters[None])[0].astype("float64")
    # Groups of neighboring levels, about 200 draws in each.
    group = np.minimum((np.cumsum(found) * 100).astype(int), 99)
    counts = np.bincount(group[mixture.encode(samples)], minlength=100)
    expected = np.bincount(group, found, minlength=100)
    some = expected > 0
    assert some.sum() > 20 and counts[~some].sum() == 0
    expected = DRAWS * expected[some] / expected.sum()
    assert scipy.stats.chisquare(counts[some], expected).pvalue > 1e-3


@each_mixture
def test_a_temperature_divides_the_logits_and_multiplies_the_scales(mixture, draw):
    (parameters,) = ordinary(mixture, 1, seed=3)
    cooler = parameters.copy()
    if len(parameters) > 2:
        cooler[: mixture.components] /= 0.25
    cooler[-mixture.components :] += np.log(np.float32(0.25))
    cool = draw(mixture, parameters, random_noise(mixture), 0.25)
    np.testing.assert_allclose(
        cool, draw(mixture, cooler, random_noise(mixture)), atol=1e-5
    )
    weights, means, _ = split(mixture, parameters)
    cold = draw(mixture, parameters, random_noise(mixture), 1e-6)
    heaviest = means[weights.argmax()].clip(-1, 1)
    np.testing.assert_allclose(cold, heaviest, atol=1e-5)


@each_mixture
@pytest.mark.parametrize("temperature", [1e-6, 1.0, 1e6])
def test_the_ends_of_the_noise_draw_samples_in_range(mixture, temperature, call):
    ends = np.float32([[0.0], [1 - 2.0**-24]])
    noise = np.tile(ends, (DRAWS // 2, mixture.uniforms_per_sample))
    parameters = np.resize(
        extreme(mixture, 61).repeat(2, axis=0), (DRAWS, mixture.channels)
    )
    found = call(mixture, "sample", parameters, noise, np.float32(temperature))
    assert (np.abs(found) <= 1).all()


def test_the_mode_is_the_mean_where_the_whole_is_most_probable(call):
    # A heavy broad curve, a light narrow one, and two that stand together.
    logits, means = np.log([0.4, 0.1, 0.25, 0.25]), [0.75, 0.5, -0.25, -0.25]
    narrow = np.concatenate([logits, means, [-3, -9, -3, -3]])
    broad = np.concatenate([logits, means, [-3, -3, -3, -3]])
    beyond = np.concatenate([logits, [1.5, -9, -9, 9], [-3, -3, -3, -3]])
    rows = np.stack([narrow, broad, beyond]).astype("float32")
    for mixture in (LogisticMixture(4), Gaussian(4, min_log_scale=-12)):
        assert call(mixture, "mode", rows).tolist() == [0.5, -0.25, 1.0]


def test_the_mode_of_a_single_gaussian_is_its_mean_within_range(call):
    parameters = np.float32([[0.3, -4], [-7, 2], [1.001, -9]])
    found = call(Gaussian(), "mode", parameters)
    np.testing.assert_array_equal(found, np.float32([0.3, -1, 1]))


def test_parameters_of_a_short_float_type_are_used_in_float32(call):
    short = ops.cast(ordinary(Gaussian(), 3), "bfloat16")
    for method, others in (
        ("sample", lambda rows: (rows, np.full((3, 1), 0.3, "float32"))),
        ("negative_log_likelihood", lambda rows: (np.zeros(3, "float32"), rows)),
    ):
        found = call(Gaussian(), method, *others(short))
        expected = call(Gaussian(), method, *others(ops.cast(short, "float32")))
        assert found.dtype == "float32"
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_generation_draws_what_is_drawn_by_hand(tiny_wavenet, call):
    config = {"name": "gaussian", "components": 2, "levels": 256}
    model = tiny_wavenet(distribution=config, dilations=[1, 2])
    noise = uniform_noise(3, 2, 0, 6, per_sample=2)
    drawn = model.generate(6, streams=2, seed=3, temperature=0.7)
    inputs = np.pad(drawn, [(0, 0), (1, 0)])[:, :-1]
    parameters = model.predict(inputs, verbose=0).reshape(12, -1)
    noise = noise.transpose(1, 0, 2).reshape(12, -1)
    found = call(model.distribution, "sample", parameters, noise, np.float32(0.7))
    np.testing.assert_allclose(drawn, found.reshape(2, 6), atol=1e-4)
    assert len(set(found)) > 6


@pytest.mark.neutral
def test_logistic_quantiles_of_an_array_are_rounded_once():
    uniforms = np.linspace(0, 1 - 2.0**-24, 1001, dtype="float32")
    found = LogisticMixture().quantile(uniforms)
    assert isinstance(found, np.ndarray) and found.dtype == "float32"
    inside = np.maximum(uniforms.astype("float64"), 2.0**-25)
    expected = scipy.special.logit(inside).astype("float32")
    np.testing.assert_array_equal(found, expected)
