"""The length of a run in steps."""

import keras
import numpy as np
import pytest

from keras_wavenet.commands.stop_at_step import StopAtStep


@pytest.mark.parametrize("steps", [1, 4, 6])
def test_fit_ends_after_that_many_batches(steps):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    batches_of_two = np.zeros((8, 1)), np.zeros((8, 1))
    model.fit(
        *batches_of_two,
        batch_size=2,
        epochs=9,
        callbacks=[StopAtStep(steps)],
        verbose=0,
    )
    assert int(model.optimizer.iterations) == steps
