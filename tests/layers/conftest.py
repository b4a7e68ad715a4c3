"""Fixtures of the layers' tests: noise, and a run sample by sample."""

import numpy as np
import pytest
from keras import ops


@pytest.fixture(scope="session")
def noise():
    """Draw normal float32 noise of a shape; the same numbers each time."""

    def draw(*shape, seed=0):
        return np.random.default_rng(seed).normal(size=shape).astype("float32")

    return draw


@pytest.fixture(scope="session")
def step_through():
    """Call a layer with its memory for each sample, as a loop of generation does.

    Returns what it gave for each sample, joined along time; for a layer of two
    outputs a list of two arrays.
    """

    def walk(layer, inputs, state):
        rows = []
        for t in range(inputs.shape[1]):
            sample = ops.convert_to_tensor(inputs[:, t])
            outputs, state = layer(sample, memory=state)
            rows.append(outputs)
        if isinstance(rows[0], tuple):
            return [join(column) for column in zip(*rows, strict=True)]
        return join(rows)

    def join(rows):
        return np.stack([ops.convert_to_numpy(row) for row in rows], axis=1)

    return walk
