"""The normal distribution in the log domain, exact far out in the tails."""

import math
import statistics

import numpy as np
from keras import ops

from keras_wavenet.utils.tensor import Tensor

LOG_SQRT_2_PI = 0.5 * math.log(2 * math.pi)
# log(erfcx(x) / t) as a polynomial of t = 1 / (1 + x / 2), from the constant on;
# interpolated at Chebyshev points, wrong by less than 2e-7 for all x >= 0.
SCALED_TAIL = (
    -1.26551231,
    1.00003777,
    0.373714841,
    0.100654198,
    -0.206139561,
    0.336006475,
    -1.23176147,
    1.58359674,
    -0.872641654,
    0.182045105,
)
NODES, WEIGHTS = (half[3:] for half in np.polynomial.legendre.leggauss(6))
_STANDARD = statistics.NormalDist()


def log_tail(distance: Tensor) -> Tensor:
    """The logarithm of the mass beyond `distance` standard deviations.

    Args:
        distance: float32 tensor of any shape and sign.

    Returns:
        float32 tensor of the same shape, finite for every |distance| below 1e18.
    """
    outer = _magnitude(distance)
    tail = _log_scaled_tail(outer) - outer**2 / 2
    return ops.where(distance > 0, tail, ops.log1p(-ops.exp(tail)))


def log_interval(center: Tensor, half_width: Tensor, log_width: Tensor) -> Tensor:
    """The log of the mass between `center - half_width` and `center + half_width`.

    A difference of cumulative distributions would lose all digits in a narrow or a far
    interval. Here the density of a narrow one is integrated by six points of Gauss and
    Legendre; one in a tail is a difference of logarithms; one around the mean is one
    minus both tails.

    Args:
        center: float32 tensor, the middle, in standard deviations from the mean.
        half_width: float32 tensor that broadcasts with it, positive.
        log_width: The logarithm of twice the half width, as exactly as it is known.

    Returns:
        float32 tensor, finite where |center| is below 1e18.
    """
    center = _magnitude(center)
    slope = center * half_width
    narrow = ops.logical_and(half_width < 1, slope < 1)
    average = _relative_density(ops.minimum(half_width, 1.0), ops.minimum(slope, 1.0))
    by_density = log_width - LOG_SQRT_2_PI - center**2 / 2 + ops.log(average)

    near, far = _magnitude(center - half_width), center + half_width
    log_near, log_far = _log_scaled_tail(near), _log_scaled_tail(far)
    # The squares of both ends differ by four times the slope, which is at least 1
    # where this is used; elsewhere the logarithm must only be finite.
    decline = ops.maximum(2 * slope + log_near - log_far, 1.0)
    in_tail = log_near - near**2 / 2 + ops.log1p(-ops.exp(-decline))

    outside = ops.exp(log_near - near**2 / 2) + ops.exp(log_far - far**2 / 2)
    around_mean = ops.log1p(-ops.minimum(outside, 0.9))  # as above

    whole = ops.where(center < half_width, around_mean, in_tail)
    return ops.where(narrow, by_density, whole)


def quantile(uniforms: Tensor) -> Tensor:
    """The quantile function of the standard normal distribution.

    Args:
        uniforms: float32 tensor or array of any shape, in [0, 1].

    Returns:
        float32 tensor of the same shape, finite, within about -5 to 5. That of an array
        is an array, by Wichura's algorithm AS 241 in float64.
    """
    beyond = 1 - 2.0**-23
    if isinstance(uniforms, np.ndarray):
        inside = (1 + np.clip(2 * uniforms.astype("float64") - 1, -beyond, beyond)) / 2
        quantiles = map(_STANDARD.inv_cdf, inside.reshape(-1).tolist())
        return np.fromiter(quantiles, "float32", inside.size).reshape(inside.shape)
    return math.sqrt(2) * ops.erfinv(ops.clip(2 * uniforms - 1, -beyond, beyond))


def _magnitude(x):
    """|x|, whose gradient at 0 is not 0."""
    return ops.where(x < 0, -x, x)


def _log_scaled_tail(distance):
    """The logarithm of the tail times exp(distance**2 / 2), for a positive distance."""
    t = 1 / (1 + distance / math.sqrt(8))
    polynomial = ops.zeros_like(t)
    for coefficient in reversed(SCALED_TAIL):
        polynomial = polynomial * t + coefficient
    return ops.log(t) + polynomial - math.log(2)


def _relative_density(half_width, slope):
    """The mean density of an interval, relative to that at its center."""
    return sum(
        float(weight)
        * ops.exp(-((half_width * float(node)) ** 2) / 2)
        * ops.cosh(slope * float(node))
        for node, weight in zip(NODES, WEIGHTS, strict=True)
    )
