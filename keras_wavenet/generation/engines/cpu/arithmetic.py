"""The exponential function, the activations and the gate, without calls to libm.

A call into the C library for each tanh would take a sixth of the time of a sample; the
two of a sample that is companded take little.
"""

import math

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing import Context
from numba.extending import intrinsic

from keras_wavenet.generation.engines.cpu.compilation import inner
from keras_wavenet.generation.engines.cpu.lanes import (
    Intrinsic,
    Lanes,
    add,
    clip,
    divide,
    floor,
    multiply,
    multiply_add,
    multiply_add_lanes,
    power_of_two,
    repeated,
    subtract,
)

PER_LN_2 = np.float32(1 / np.log(2))
# ln 2 in two parts: multiples of the first are exact.
LN_2_HIGH, LN_2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
MAX_EXPONENT = np.float32(87.0)  # e**88.8 overflows in float32
_SATURATED = np.float32(9.5)  # tanh is 1 in float32 from here on


@intrinsic
def as_float32(typing_context: Context, bits: types.Type) -> Intrinsic:
    """The float32 with the low 32 bits of an int64 or uint64."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(
            builder.trunc(arguments[0], ir.IntType(32)), ir.FloatType()
        )

    return types.float32(bits), generate


@inner
def exp(x: np.float32) -> np.float32:
    """e**x for float32, to two units in the last place; x is clipped to +-87."""
    x = min(max(x, -MAX_EXPONENT), MAX_EXPONENT)
    power = np.floor(x * PER_LN_2 + np.float32(0.5))
    r = x - power * LN_2_HIGH
    r = r - power * LN_2_LOW  # |r| <= ln(2) / 2
    series = np.float32(1 / 5040)
    series = series * r + np.float32(1 / 720)
    series = series * r + np.float32(1 / 120)
    series = series * r + np.float32(1 / 24)
    series = series * r + np.float32(1 / 6)
    series = series * r + np.float32(1 / 2)
    series = series * r + np.float32(1)
    series = series * r + np.float32(1)
    return series * as_float32((np.int64(power) + 127) << 23)


@inner
def sigmoid(x: np.float32) -> np.float32:
    """1 / (1 + e**-x) for float32."""
    return np.float32(1) / (np.float32(1) + exp(-x))


@inner
def tanh(x: np.float32) -> np.float32:
    """The hyperbolic tangent for float32, to 1e-7."""
    return np.float32(2) * sigmoid(np.float32(2) * x) - np.float32(1)


@inner
def companded(x: np.float32, mu: float) -> np.float32:
    """As `mu_law_compress`, of one sample in [-1, 1]."""
    return np.float32(math.copysign(math.log1p(mu * abs(x)) / math.log1p(mu), x))


@inner
def expanded(y: np.float32, mu: float) -> np.float32:
    """As `mu_law_expand`, of one value in [-1, 1]."""
    x = math.expm1(abs(y) * math.log1p(mu)) / mu
    return np.float32(math.copysign(min(x, 1.0), y))


@inner
def gated(filtered: Lanes, gate: Lanes) -> Lanes:
    """The gate of a block, `tanh(filtered) * sigmoid(gate)`, of lanes, to 2e-7.

    With e**(-2 filtered) = f and e**(-gate) = g it is (1 - f) / ((1 + f) (1 + g)).
    """
    one = repeated(np.float32(1))
    f = exp_lanes(multiply(repeated(np.float32(-2)), clip(filtered, _SATURATED)))
    g = exp_lanes(subtract(repeated(np.float32(0)), gate))
    above = subtract(one, f)
    below = multiply(add(one, f), add(one, g))
    # g may overflow to infinity: the quotient is then 0, as it should be.
    return divide(above, below)


@inner
def exp_lanes(x: Lanes) -> Lanes:
    """`exp` of lanes."""
    x = clip(x, MAX_EXPONENT)
    power = floor(multiply_add(PER_LN_2, x, repeated(np.float32(0.5))))
    r = multiply_add(-LN_2_HIGH, power, x)
    r = multiply_add(-LN_2_LOW, power, r)
    series = multiply_add(np.float32(1 / 5040), r, repeated(np.float32(1 / 720)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1 / 120)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1 / 24)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1 / 6)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1 / 2)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1)))
    series = multiply_add_lanes(series, r, repeated(np.float32(1)))
    return multiply(series, power_of_two(power))
