"""Projections of conditions by the code of the CPU engine."""

import numpy as np
import pytest

from keras_wavenet.generation.engines.cpu.condition_projections import (
    ConditionProjections,
)

pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module")
def kernels():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(n, 70)).astype("float32") for name, n in SIZES}


SIZES = (("local", 80), ("speaker", 3))


def test_rows_are_projected_and_added(kernels):
    rng = np.random.default_rng(1)
    local = rng.normal(size=(2, 5, 80)).astype("float32")  # (B, N, channels)
    speaker = rng.normal(size=(2, 1, 3)).astype("float32")
    rows = ConditionProjections(kernels)({"local": local, "speaker": speaker}).rows
    expected = local @ kernels["local"] + speaker @ kernels["speaker"]
    np.testing.assert_allclose(rows, expected.swapaxes(0, 1), rtol=1e-5, atol=1e-5)


def test_frames_keep_the_weights_that_interpolate_them(kernels):
    frames = np.random.default_rng(1).normal(size=(1, 3, 80)).astype("float32")
    weights = np.array([[1, 0, 0], [0.25, 0.75, 0], [0, 0.5, 0.5]], "float32")
    condition = ConditionProjections(kernels)({"local": (frames, weights)})
    assert condition.rows.shape == (3, 1, 70)
    np.testing.assert_array_equal(condition.first, [0, 0, 1])
    np.testing.assert_array_equal(condition.far, [0, 0.75, 0.5])


def test_a_row_is_the_same_among_any_others(kernels):
    local = np.random.default_rng(2).normal(size=(3, 37, 80)).astype("float32")
    project = ConditionProjections(kernels)
    whole = project({"local": local}).rows
    for streams, samples in ((slice(1), slice(1)), (slice(1, 3), slice(5, 18))):
        part = project({"local": local[streams, samples]}).rows
        np.testing.assert_array_equal(part, whole[samples, streams])
