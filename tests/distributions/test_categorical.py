"""The categorical distribution: its likelihood, and draws that follow it."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
from keras import ops

from keras_wavenet.distributions import Categorical
from keras_wavenet.layers import mu_law_decode, mu_law_encode

LEVELS = 16
DRAWS = 20_000
CUTS = {
    "as it is": {},
    "sharpened": {"temperature": 0.5},
    "flattened": {"temperature": 3.0},
    "top 1": {"top_k": 1},
    "top 5": {"top_k": 5},
    "top 99": {"top_k": 99},
    "top p 0.6": {"top_p": 0.6},
    "top p 1": {"top_p": 1.0},
    "top p 0.001": {"top_p": 0.001},
    "all at once": {"temperature": 2.0, "top_k": 9, "top_p": 0.8},
}


@pytest.fixture(scope="module")
def logits():
    """Logits of one sample, some of them hopeless."""
    return np.random.default_rng(3).normal(scale=2, size=LEVELS).astype("float32")


def draw(logits, uniforms, **cuts):
    """The codes that noise draws from the distribution of one sample."""
    parameters = ops.convert_to_tensor(np.broadcast_to(logits, (DRAWS, LEVELS)))
    noise = ops.convert_to_tensor(uniforms.astype("float32")[:, None])
    samples = ops.convert_to_numpy(
        Categorical(LEVELS).sample(parameters, noise, **cuts)
    )
    assert samples.shape == (DRAWS,) and samples.dtype == "float32"
    return mu_law_encode(samples, LEVELS)


def probabilities_of(logits, temperature=1.0, top_k=LEVELS, top_p=1.0):
    """The distribution that is left after all cuts, in plain float64 NumPy."""
    p = scipy.special.softmax(logits.astype("float64") / temperature)
    falling = np.argsort(-p)
    p[falling[top_k:]] = 0
    p /= p.sum()
    reached = np.cumsum(p[falling]) >= top_p - 1e-12
    p[falling[np.argmax(reached) + 1 :]] = 0
    return p / p.sum()


@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS.keys())
def test_evenly_spread_noise_draws_every_code_as_often_as_it_is_probable(logits, cuts):
    codes = draw(logits, (np.arange(DRAWS) + 0.5) / DRAWS, **cuts)
    found = np.bincount(codes, minlength=LEVELS) / DRAWS
    expected = probabilities_of(logits, **cuts)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2 / DRAWS)


def test_random_noise_draws_a_sample_of_the_distribution(logits):
    codes = draw(logits, np.random.default_rng(0).random(DRAWS))
    counts = np.bincount(codes, minlength=LEVELS)
    expected = DRAWS * probabilities_of(logits)
    assert scipy.stats.chisquare(counts, expected).pvalue > 1e-3
    wrong = DRAWS * probabilities_of(logits, temperature=1.1)
    assert scipy.stats.chisquare(counts, wrong).pvalue < 1e-6


@pytest.mark.parametrize("cuts", [{}, {"top_k": 3}, {"top_p": 0.5}])
def test_the_ends_of_the_noise_draw_codes_that_are_possible(logits, cuts):
    possible = np.flatnonzero(probabilities_of(logits, **cuts))
    noise = np.zeros(DRAWS)
    noise[1] = 1 - 2.0**-24  # the largest float32 below 1
    codes = draw(logits, noise, **cuts)
    assert codes[:2].tolist() == [possible[0], possible[-1]]


def test_noise_at_the_edge_of_a_code_draws_none_that_was_cut_off(logits):
    possible = np.flatnonzero(probabilities_of(logits, top_k=4))
    edges = np.cumsum(probabilities_of(logits, top_k=4)).astype("float32")[:-1]
    uniforms = [edges, np.nextafter(edges, 0), np.nextafter(edges, 1)]
    noise = np.clip(np.concatenate(uniforms), 0, 1 - 2.0**-24)
    codes = draw(logits, np.resize(noise, DRAWS), top_k=4)
    assert set(codes.tolist()) == set(possible.tolist())


@pytest.mark.parametrize("temperature", [1e-6, 1e-30])
def test_a_temperature_near_zero_draws_the_most_probable_code(logits, temperature):
    noise = np.linspace(0, 1, DRAWS, endpoint=False)
    codes = draw(logits, noise, temperature=temperature)
    assert set(codes.tolist()) == {int(logits.argmax())}


def test_an_impossible_code_is_never_drawn(logits):
    cut = logits / 2  # so that every other code is drawn
    cut[[0, 7, LEVELS - 1]] = -np.inf
    noise = np.linspace(0, 1, DRAWS, endpoint=False)
    codes = draw(cut, noise)
    assert set(codes.tolist()) == set(range(LEVELS)) - {0, 7, LEVELS - 1}


def test_the_mode_is_the_most_probable_sample():
    logits = np.random.default_rng(1).normal(size=(50, LEVELS)).astype("float32")
    found = ops.convert_to_numpy(
        Categorical(LEVELS).mode(ops.convert_to_tensor(logits))
    )
    expected = mu_law_decode(logits.argmax(axis=-1), LEVELS)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert len(set(found.tolist())) > 5


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_probabilities_are_a_float32_softmax_and_sum_to_one(dtype):
    logits = np.random.default_rng(1).normal(scale=9, size=(3, 4, 256))
    parameters = ops.cast(ops.convert_to_tensor(logits.astype("float32")), dtype)
    found = ops.convert_to_numpy(Categorical().probabilities(parameters))
    rounded = ops.convert_to_numpy(ops.cast(parameters, "float32"))
    assert found.dtype == "float32"
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)
    expected = scipy.special.softmax(rounded.astype("float64"), axis=-1)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("levels", [LEVELS, 256])
def test_the_likelihood_of_a_waveform_is_that_of_its_codes(levels):
    rng = np.random.default_rng(2)
    logits = rng.normal(scale=5, size=(2, 30, levels)).astype("float32")
    waveform = rng.uniform(-1, 1, (2, 30)).astype("float32")
    found = ops.convert_to_numpy(
        Categorical(levels).negative_log_likelihood(
            ops.convert_to_tensor(waveform), ops.convert_to_tensor(logits)
        )
    )
    log_p = scipy.special.log_softmax(logits.astype("float64"), axis=-1)
    codes = mu_law_encode(waveform, levels)[..., None]
    expected = -np.take_along_axis(log_p, codes, axis=-1)[..., 0]
    assert found.shape == (2, 30) and found.dtype == "float32"
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_the_likelihoods_of_all_codes_sum_to_one(logits):
    every_sample = mu_law_decode(np.arange(LEVELS), LEVELS)[None]
    parameters = np.broadcast_to(logits, (1, LEVELS, LEVELS))
    nats = Categorical(LEVELS).negative_log_likelihood(
        ops.convert_to_tensor(every_sample), ops.convert_to_tensor(parameters)
    )
    assert np.exp(-ops.convert_to_numpy(nats)).sum() == pytest.approx(1, abs=1e-5)


def test_logits_far_apart_cost_finite_nats():
    logits = np.array([[[1e4, -1e4, 0, 0]]], "float32")
    waveform = mu_law_decode(np.array([[1]]), 4)
    nats = Categorical(4).negative_log_likelihood(
        ops.convert_to_tensor(waveform), ops.convert_to_tensor(logits)
    )
    assert float(ops.convert_to_numpy(nats)[0, 0]) == pytest.approx(2e4)


@pytest.mark.neutral
def test_a_network_gives_one_logit_for_each_code():
    assert Categorical().channels == 256
    assert Categorical(LEVELS).channels == LEVELS
    assert Categorical(LEVELS).uniforms_per_sample == 1


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [1, 65537, 16.0, "256", None])
def test_an_impossible_number_of_levels_is_refused(levels):
    with pytest.raises(ValueError, match="from 2 to 65536. Received: levels="):
        Categorical(levels)
