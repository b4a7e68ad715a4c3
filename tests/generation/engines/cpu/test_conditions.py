"""Rows of frames, interpolated in the compiled loop, equal rows of samples."""

import numpy as np
import pytest

from keras_wavenet.generation.engines.cpu.compilation import compiled
from keras_wavenet.generation.engines.cpu.conditions import (
    SampleRows,
    add_condition,
    of_frames,
    of_samples,
    with_predictors,
)

pytestmark = pytest.mark.neutral

compiled_add = compiled(add_condition.py_func)

HOP, OFFSET, SAMPLES, STREAMS = 4, 3, 9, 2
RNG = np.random.default_rng(0)


@pytest.fixture
def frames():
    """Four frames, `(F, streams, W)`, and their weights in samples, `(T, F)`."""
    places = np.arange(OFFSET, OFFSET + SAMPLES)[:, None] / HOP
    weights = np.maximum(1 - np.abs(places - np.arange(4)), 0).astype("float32")
    return RNG.normal(size=(4, STREAMS, 37)).astype("float32"), weights


@pytest.fixture
def predictors():
    """A row for each frame, repeated for its samples: `(T, streams, order + 1)`."""
    rows = RNG.normal(size=(4, STREAMS, 3)).astype("float32")
    return np.repeat(rows, HOP, axis=0)[OFFSET : OFFSET + SAMPLES]


def test_an_item_is_a_mixture_of_frames_with_the_predictor_of_its_own(
    frames, predictors
):
    mixed = np.einsum("tf,fsw->tsw", frames[1], frames[0])
    expected = np.concatenate([mixed, predictors], axis=-1)
    rows = SampleRows(with_predictors(of_frames(*frames), predictors, OFFSET, HOP))
    assert len(rows) == SAMPLES
    np.testing.assert_allclose(rows[:], expected, atol=1e-6)
    for t in (0, 5, -1):
        np.testing.assert_array_equal(rows[t], rows[:][t])


def test_one_row_serves_all_samples(frames, predictors):
    vector = frames[0][:1]
    rows = SampleRows(with_predictors(of_samples(vector), predictors, OFFSET, HOP))
    assert len(rows) == SAMPLES
    np.testing.assert_array_equal(
        rows[5], np.concatenate([vector[0], predictors[5]], 1)
    )


def test_the_loop_adds_what_an_item_holds(frames):
    condition = of_frames(*frames)
    for t, stream in [(0, 0), (5, 1), (SAMPLES - 1, 1), (SAMPLES + 5, 0)]:
        outputs = np.ones((3, 40), "float32")
        compiled_add(condition, t, stream, 2, outputs, 1, 35)
        expected = np.ones((3, 40), "float32")
        expected[1, :35] += SampleRows(condition)[t % SAMPLES][stream, 2:]
        np.testing.assert_allclose(outputs, expected, atol=1e-6)
