"""Arithmetic that LLVM turns into vector instructions: exp and what is made of it.

A call into the C library for each tanh would cost a sixth of the time of a sample.
"""

import functools

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

# Compiled code runs beside other threads, divides without asking for zero, and may fuse
# a multiplication with the addition that follows.
_compile = functools.partial(
    numba.njit,
    nogil=True,
    forceinline=True,
    error_model="numpy",
    fastmath={"contract"},
)

PER_LN_2 = np.float32(1 / np.log(2))
# ln 2 in two parts: a multiple of the first has no rounding error.
LN_2_HIGH, LN_2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
MOST = np.float32(87.0)  # e**88.8 is more than float32 holds


def compiled(function, allocates=False):
    """Compile a function when it is first called, and keep the code on disk.

    Unless it `allocates` arrays, no references to arrays are counted, which would take
    time at each call: the caller of the loop holds the arrays.
    """
    compile_function = functools.partial(_compile, _nrt=allocates)
    try:
        return compile_function(function, cache=True)
    except RuntimeError:  # no folder for it can be written: it is compiled each time
        return compile_function(function)


allocating = functools.partial(compiled, allocates=True)


@intrinsic
def as_float32(typing_context, bits):
    """The float32 whose bits are the lowest 32 of an int64 or uint64."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(
            builder.trunc(arguments[0], ir.IntType(32)), ir.FloatType()
        )

    return types.float32(bits), generate


@compiled
def exp(x):
    """e**x for float32, right to two units in the last place; x is cut at +-87."""
    x = min(max(x, -MOST), MOST)
    power = np.floor(x * PER_LN_2 + np.float32(0.5))
    r = x - power * LN_2_HIGH
    r = r - power * LN_2_LOW  # |r| <= ln(2) / 2, where Taylor's series ends soon
    series = np.float32(1 / 5040)
    series = series * r + np.float32(1 / 720)
    series = series * r + np.float32(1 / 120)
    series = series * r + np.float32(1 / 24)
    series = series * r + np.float32(1 / 6)
    series = series * r + np.float32(1 / 2)
    series = series * r + np.float32(1)
    series = series * r + np.float32(1)
    return series * as_float32((np.int64(power) + 127) << 23)


@compiled
def sigmoid(x):
    """1 / (1 + e**-x) for float32."""
    return np.float32(1) / (np.float32(1) + exp(-x))


@compiled
def tanh(x):
    """The hyperbolic tangent for float32, right to 1e-7."""
    return np.float32(2) * sigmoid(np.float32(2) * x) - np.float32(1)
