"""The gate of a block, sixteen channels at a time: `tanh(filter) * sigmoid(gate)`."""

import numpy as np

from keras_wavenet.generation.engines.cpu.arithmetic import (
    LN_2_HIGH,
    LN_2_LOW,
    MOST,
    PER_LN_2,
    compiled,
)
from keras_wavenet.generation.engines.cpu.lanes import (
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

_SATURATED = np.float32(9.5)  # from here on the tanh of float32 is 1


@compiled
def gated(filtered, gate):
    """`tanh(filtered) * sigmoid(gate)` of lanes, right to 2e-7.

    With e**(-2 filtered) = f and e**(-gate) = g it is (1 - f) / ((1 + f) (1 + g)).
    """
    one = repeated(np.float32(1))
    f = exp_lanes(multiply(repeated(np.float32(-2)), clip(filtered, _SATURATED)))
    g = exp_lanes(subtract(repeated(np.float32(0)), gate))
    above = subtract(one, f)
    below = multiply(add(one, f), add(one, g))
    # g may be as large as float32 allows: the quotient is then 0, as it should be.
    return divide(above, below)


@compiled
def exp_lanes(x):
    """`arithmetic.exp` of lanes."""
    x = clip(x, MOST)
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
