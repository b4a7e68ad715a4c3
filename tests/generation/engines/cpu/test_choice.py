"""The compiled choice of a sample equals that of the distributions."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.distributions import Categorical, Gaussian, LogisticMixture
from keras_wavenet.generation import Sampling
from keras_wavenet.generation.engines.cpu.choice import as_choice, choose
from keras_wavenet.generation.engines.cpu.compilation import compiled
from keras_wavenet.generation.engines.cpu.description import describe
from keras_wavenet.generation.sampling import NARROWEST

pytestmark = pytest.mark.neutral

ROWS = 400
compiled_choose = compiled(choose.py_func)
PLAIN = [Sampling(), Sampling(0.3), Sampling(1e-6), Sampling(1e6)]
CUTS = [
    Sampling(top_k=1),
    Sampling(top_k=7),
    Sampling(top_k=np.int16(7)),
    Sampling(top_k=10**6),
    Sampling(top_p=0.6),
    Sampling(top_p=NARROWEST),
    Sampling(temperature=2, top_k=9, top_p=0.8),
    Sampling(temperature=0, top_k=9, top_p=0.8),
]
CASES = [
    *[(Categorical(64), sampling) for sampling in (*PLAIN, Sampling(0), *CUTS)],
    *[(LogisticMixture(5), sampling) for sampling in PLAIN],
    *[(LogisticMixture(1), sampling) for sampling in (*PLAIN, Sampling(0))],
    *[(Gaussian(), sampling) for sampling in (*PLAIN, Sampling(0))],
]


@pytest.fixture(scope="module")
def described(tiny_wavenet):
    """Networks described, by their distributions."""
    held = {}

    def describe_once(distribution):
        if distribution not in held:
            network = tiny_wavenet(dilations=[1], distribution=distribution)
            held[distribution] = describe(network.network)
        return held[distribution]

    return describe_once


def chosen(described, distribution, sampling, parameters, uniforms):
    """The samples of the compiled function, for each row."""
    noise = uniforms.copy()
    if not distribution.truncates:
        quantiles = distribution.quantile(ops.convert_to_tensor(noise[:, -1]))
        noise[:, -1] = ops.convert_to_numpy(quantiles)
    choice = as_choice(sampling, distribution)
    rows = zip(parameters.copy(), noise, strict=True)
    return np.array([compiled_choose(described, *row, choice) for row in rows])


def expected(distribution, sampling, parameters, uniforms):
    """The samples of the distribution."""
    tensors = map(ops.convert_to_tensor, (parameters, uniforms))
    samples = sampling.chooser(distribution)(*tensors, sampling.temperature)
    return ops.convert_to_numpy(samples)


@pytest.mark.parametrize("distribution, sampling", CASES, ids=str)
def test_each_sample_is_that_of_the_distribution(described, distribution, sampling):
    rng = np.random.default_rng(0)
    parameters = rng.normal(0, 2, (ROWS, distribution.channels)).astype("float32")
    shape = (ROWS, distribution.uniforms_per_sample)
    uniforms = rng.integers(0, 2**24, shape).astype("float32") * np.float32(2**-24)
    uniforms[0], uniforms[1] = 0, 1 - 2**-24
    found = chosen(
        described(distribution), distribution, sampling, parameters, uniforms
    )
    wanted = expected(distribution, sampling, parameters, uniforms)
    # A uniform may lie between the roundings of two sums.
    assert np.isclose(found, wanted, rtol=0, atol=1e-5).mean() > 0.99
    assert np.abs(found).max() <= 1


COLD = [Sampling(), Sampling(0.3), Sampling(1e-6), Sampling(0), *CUTS]


@pytest.mark.parametrize("loud", [90.0, 1e30, np.inf])
def test_what_is_impossible_is_never_drawn(described, loud):
    distribution = Categorical(64)
    logits = np.full((3, 64), -loud, "float32")
    logits[:, 20] = 0
    uniforms = np.array([[0], [0.5], [1 - 2**-24]], "float32")
    for sampling in COLD:
        found = chosen(
            described(distribution), distribution, sampling, logits, uniforms
        )
        np.testing.assert_array_equal(distribution.encode(found), 20, str(sampling))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf], ids=str)
def test_numbers_that_are_none_choose_one_of_the_codes(described, bad):
    distribution = Categorical(64)
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (20, 64)).astype("float32")
    logits[:10] = bad
    logits[10:, rng.integers(0, 64, 5)] = bad
    uniforms = np.linspace(0, 0.999, 20, dtype="float32")[:, None]
    for sampling in (*PLAIN, Sampling(0), *CUTS):
        found = chosen(
            described(distribution), distribution, sampling, logits, uniforms
        )
        codes = distribution.encode(found)
        np.testing.assert_array_equal(distribution.decode(codes), found)


def test_parameters_that_are_no_numbers_make_a_sample_that_is_none(described):
    distribution = LogisticMixture(1)
    parameters = np.full((1, 3), np.nan, "float32")
    uniforms = np.full((1, 2), 0.5, "float32")
    for sampling in (*PLAIN, Sampling(0)):
        found = chosen(
            described(distribution), distribution, sampling, parameters, uniforms
        )
        assert np.isnan(found).all()
