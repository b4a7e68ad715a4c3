"""The normal distribution in the log domain, against SciPy in float64."""

import numpy as np
import pytest
import scipy.special

from keras_wavenet.distributions import normal


@pytest.fixture
def numbers(call):
    """`numbers(name, *arrays)`: a function of the module, in float32."""
    return lambda name, *arrays: call(
        normal, name, *(np.asarray(array, "float32") for array in arrays)
    )


def exact_interval(center, half_width):
    """In the lower tail differences of logarithms keep their digits."""
    upper, lower = -np.abs(center) + half_width, -np.abs(center) - half_width
    log_upper, log_lower = map(scipy.special.log_ndtr, (upper, lower))
    return log_upper + np.log(-np.expm1(log_lower - log_upper))


def test_tails_are_those_of_scipy_however_far(numbers):
    distance = np.linspace(-12, 12, 4001).astype("float32")
    expected = scipy.special.log_ndtr(-distance.astype("float64"))
    found = numbers("log_tail", distance)
    np.testing.assert_allclose(found, expected, rtol=5e-7, atol=5e-7)


def test_a_tail_at_any_distance_has_a_finite_logarithm(numbers):
    found = numbers("log_tail", [1e2, 1e4, 1e9, 9e17, -9e17])
    expected = scipy.special.log_ndtr(-np.array([1e2, 1e4, 1e9]))
    np.testing.assert_allclose(found[:3], expected, rtol=1e-6)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("half_width", [1e-4, 0.02, 0.5, 0.999, 1.001, 3.0, 50.0])
def test_intervals_are_those_of_scipy_narrow_or_wide_near_or_far(half_width, numbers):
    center = np.concatenate(
        [np.linspace(-9, 9, 601), np.geomspace(0.9, 1.1, 50) / half_width]
    ).astype("float32")
    found = numbers(
        "log_interval",
        center,
        np.full_like(center, half_width),
        np.full_like(center, np.log(2 * half_width)),
    )
    expected = exact_interval(center.astype("float64"), float(np.float32(half_width)))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=2e-6)


def test_an_interval_at_any_distance_has_a_finite_logarithm(numbers):
    center, half_width = np.meshgrid(
        np.concatenate([[0], np.geomspace(1e-20, 9e17, 60)]), np.geomspace(1e-20, 1e15)
    )
    log_width = np.log(2 * half_width)
    found = numbers("log_interval", center, half_width, log_width)
    assert np.isfinite(found).all()
    assert found.max() < 1e-6


def test_quantiles_are_those_of_scipy_and_finite_at_the_ends(numbers):
    uniforms = np.linspace(1e-4, 1 - 1e-4, 1001).astype("float32")
    expected = scipy.special.ndtri(uniforms.astype("float64"))
    found = numbers("quantile", uniforms)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    ends = numbers("quantile", [0, 1 - 2.0**-24])
    assert -5.5 < ends[0] < -5 and 5 < ends[1] < 5.5


@pytest.mark.neutral
def test_quantiles_of_an_array_are_rounded_once():
    uniforms = np.linspace(0, 1 - 2.0**-24, 1001, dtype="float32")
    found = normal.quantile(uniforms)
    assert isinstance(found, np.ndarray) and found.dtype == "float32"
    inside = uniforms.astype("float64").clip(2.0**-24, 1 - 2.0**-24)
    expected = scipy.special.ndtri(inside).astype("float32")
    np.testing.assert_array_equal(found, expected)
