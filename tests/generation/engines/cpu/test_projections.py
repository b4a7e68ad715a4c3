"""Compiled projections compared with NumPy, for widths below and above a strip."""

import ml_dtypes
import numpy as np
import pytest

from keras_wavenet.generation.engines.cpu.projections import (
    pack,
    padded_width,
    project,
    project_rows,
)

pytestmark = pytest.mark.neutral

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("half", [False, True], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("inputs, outputs", [(1, 1), (4, 32), (7, 33), (66, 100)])
def test_a_projection_is_the_product_with_the_matrix(inputs, outputs, half):
    kernels = RNG.normal(size=(3, inputs, outputs)).astype("float32")
    packed = pack(kernels, half)
    if half:
        kernels = kernels.astype(ml_dtypes.bfloat16).astype("float32")
    for streams in (1, 3, 4, 5, 9):
        x = RNG.normal(size=(streams, inputs)).astype("float32")
        for number, kernel in enumerate(kernels):
            found = np.full((streams, padded_width(outputs)), np.nan, "float32")
            project_rows(x, packed, number, found)
            np.testing.assert_allclose(found[:, :outputs], x @ kernel, atol=1e-5)
            np.testing.assert_array_equal(found[:, outputs:], 0)


@pytest.mark.parametrize("half", [False, True])
def test_no_kernels_are_packed_as_none(half):
    packed = pack(np.zeros((0, 5, 40), "float32"), half)
    assert packed.shape[:3] == (0, 2, 5)


def test_weights_that_are_not_contiguous_are_refused():
    packed = pack(RNG.normal(size=(2, 5, 40)).astype("float32"))
    x, outputs = np.ones((1, 5), "float32"), np.zeros((1, 64), "float32")
    with pytest.raises(Exception, match="contiguous array"):
        project_rows(x, packed[:, ::-1], 0, outputs)


def test_a_function_without_code_of_its_own_refuses_calls_from_python():
    packed = pack(np.ones((1, 4, 32), "float32"))
    x, outputs = np.ones((1, 4), "float32"), np.zeros((1, 32), "float32")
    for _ in range(2):
        with pytest.raises(TypeError, match=r"compiled code can call it: put project"):
            project(x, packed, 0, outputs)
        project_rows(x, packed, 0, outputs)
    assert outputs.sum() == 4 * 32
