"""Keras' own `fit` and `evaluate` on the shipped speech, through both pipelines."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.data import DataSpec, WindowDataset
from keras_wavenet.data.windows.pipelines import PIPELINES

SPEC = DataSpec(16000, 20)


def squared_error(y_true, y_pred):
    """Error of each sample, so that a weight of each sample applies."""
    return ops.square(y_true - y_pred)


def make_predictor(window_length):
    """A linear predictor of the next sample from the 21 before it."""
    waveform = keras.Input((window_length,), name="waveform")
    context = keras.Input((SPEC.context_length,), name="context")
    samples = keras.layers.Concatenate()([context, waveform])
    samples = keras.layers.Reshape((-1, 1))(samples)
    kernel_size = SPEC.context_length + 1
    predicted = keras.layers.Conv1D(1, kernel_size, kernel_initializer="zeros")(samples)
    predicted = keras.layers.Reshape((window_length,))(predicted)
    model = keras.Model({"waveform": waveform, "context": context}, predicted)
    model.compile(keras.optimizers.Adam(0.01), squared_error)
    return model


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.filterwarnings("error:.*ran out of data")
def test_fit_learns_and_validates_on_every_epoch(pipeline, spoken_prompts):
    train, validation = (
        WindowDataset(
            source, SPEC, batch_size=8, window_length=4000,
            shuffle=shuffle, pipeline=pipeline,
        )
        for source, shuffle in zip(spoken_prompts, (True, False), strict=True)
    )  # fmt: skip
    model = make_predictor(4000)
    history = model.fit(
        train.batches,
        steps_per_epoch=30,
        epochs=3,
        shuffle=False,
        validation_data=validation.batches,
        validation_steps=len(validation),
        verbose=0,
    ).history
    # Every validation pass begins anew, and predicting zero has an error of the power.
    assert len(history["val_loss"]) == 3
    power = np.mean(
        [
            np.square(y).mean()
            for _, y, _ in (validation.batch(k) for k in range(len(validation)))
        ]
    )
    assert history["val_loss"][-1] < 0.5 * power
    evaluated = model.evaluate(validation.batches, steps=len(validation), verbose=0)
    np.testing.assert_allclose(evaluated, history["val_loss"][-1], rtol=1e-4)


@pytest.mark.tensorflow
def test_both_pipelines_train_to_the_same_weights(spoken_prompts):
    weights = []
    for pipeline in PIPELINES:
        train = WindowDataset(
            spoken_prompts[0], SPEC, window_length=1000, pipeline=pipeline, seed=4
        )
        model = make_predictor(1000)
        model.fit(train.batches, steps_per_epoch=5, epochs=2, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for first, second in zip(*weights, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_run_goes_on_from_a_step_as_if_it_had_not_stopped(pipeline, spoken_prompts):
    train = WindowDataset(
        spoken_prompts[0], SPEC, window_length=1000, pipeline=pipeline
    )
    whole, halved = make_predictor(1000), make_predictor(1000)
    whole.fit(train.batches, steps_per_epoch=10, shuffle=False, verbose=0)
    for step in (0, 5):
        batches = train.starting_at(step).batches
        halved.fit(batches, steps_per_epoch=5, shuffle=False, verbose=0)
    for first, second in zip(whole.get_weights(), halved.get_weights(), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)
