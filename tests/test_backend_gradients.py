"""Gradients of functions, and functions without."""

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import gradient, inference


def test_the_gradient_is_that_of_the_first_argument():
    slope = gradient(lambda x, y: ops.sum(x * x * y["factor"]))
    x, factor = np.array([1.0, 2.0], "float32"), ops.convert_to_tensor([3.0, 5.0])
    np.testing.assert_allclose(slope(x, {"factor": factor}), [6.0, 20.0])


def test_what_does_not_reach_the_result_has_the_gradient_zero():
    slope = gradient(lambda x, y: ops.sum(y))
    assert slope(np.ones(2, "float32"), ops.ones((3,))).tolist() == [0.0, 0.0]


def test_inference_computes_the_same():
    function = inference(lambda x: {"twice": [2 * x]})
    assert ops.convert_to_numpy(function(ops.ones((2,)))["twice"][0]).tolist() == [2, 2]
