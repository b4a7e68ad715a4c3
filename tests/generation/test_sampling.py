"""The noise of a generation, and the ways to choose a sample."""

import numpy as np
import pytest

from keras_wavenet.distributions import Categorical, Gaussian, LogisticMixture
from keras_wavenet.generation import Sampling
from keras_wavenet.generation.sampling import uniform_noise

pytestmark = pytest.mark.neutral


def test_noise_is_uniform_between_0_and_1():
    noise = uniform_noise(5, streams=2, start=0, count=50_000, per_sample=1)
    assert noise.shape == (50_000, 2, 1)
    assert noise.dtype == np.float32
    counts, _ = np.histogram(noise, bins=20, range=(0, 1))
    expected = noise.size / 20
    # 19 degrees of freedom: 43.8 is passed once in a thousand seeds.
    assert np.sum((counts - expected) ** 2 / expected) < 43.8


def test_noise_reaches_neither_0_nor_1():
    """At these samples of half an hour the words of the generator are all but so."""
    least, greatest = (uniform_noise(0, 1, at, 1, 1) for at in (22977567, 6823859))
    assert least.item() == 2**-24
    assert greatest.item() == 1 - 2**-24


@pytest.mark.parametrize("per_sample", [1, 2, 3, 5])
def test_noise_of_a_sample_does_not_depend_on_chunks_or_streams(per_sample):
    whole = uniform_noise(7, 3, 0, 100, per_sample)
    chunks = [uniform_noise(7, 3, at, 9, per_sample) for at in range(0, 99, 9)]
    np.testing.assert_array_equal(np.concatenate(chunks), whole[:99])
    np.testing.assert_array_equal(uniform_noise(7, 1, 0, 100, per_sample), whole[:, :1])


def test_seeds_and_streams_have_noise_of_their_own():
    noise = uniform_noise(0, 2, 0, 1000, 1)
    others = uniform_noise(1, 2, 0, 1000, 1)
    assert abs(np.corrcoef(noise[:, 0, 0], noise[:, 1, 0])[0, 1]) < 0.15
    assert abs(np.corrcoef(noise[:, 0, 0], others[:, 0, 0])[0, 1]) < 0.15


def test_every_seed_has_noise_of_its_own():
    seeds = [0, 1, 2**63, 2**63 + 1, 2**64 - 2, 2**64 - 1]
    first = {float(uniform_noise(seed, 1, 0, 1, 1).item()) for seed in seeds}
    assert len(first) == len(seeds)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"temperature": None}, "temperature=None"),
        ({"temperature": "1"}, "temperature='1'"),
        ({"temperature": float("inf")}, "temperature=inf"),
        ({"top_k": True}, "top_k=True"),
        ({"top_p": "0.9"}, "top_p='0.9'"),
        ({"top_p": float("nan")}, "top_p=nan"),
        ({"temperature": -0.1}, "temperature=-0.1"),
        ({"temperature": float("nan")}, "temperature=nan"),
        ({"top_k": 0}, "top_k=0"),
        ({"top_k": 2.5}, "top_k=2.5"),
        ({"top_p": 0.0}, "top_p=0.0"),
        ({"top_p": 1.5}, "top_p=1.5"),
    ],
)
def test_a_choice_out_of_range_is_named(arguments, named):
    with pytest.raises(ValueError, match=f"Received: {named}"):
        Sampling(**arguments)


def test_numbers_of_numpy_are_numbers():
    sampling = Sampling(np.float32(0.5), np.int64(3), np.float64(0.9))
    assert (sampling.temperature, sampling.top_k, sampling.top_p) == (0.5, 3, 0.9)


@pytest.mark.parametrize("distribution", [Gaussian(), LogisticMixture()], ids=str)
@pytest.mark.parametrize(
    ("arguments", "named"), [({"top_k": 5}, "top_k=5"), ({"top_p": 0.9}, "top_p=0.9")]
)
def test_only_a_distribution_over_a_list_of_codes_can_be_cut(
    distribution, arguments, named
):
    sampling = Sampling(**arguments)
    for method in (sampling.check, sampling.chooser):
        with pytest.raises(ValueError, match=f"{distribution.name}.*Received: {named}"):
            method(distribution)
        method(Categorical())
    Sampling(temperature=0.5).check(distribution)
