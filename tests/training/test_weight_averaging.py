"""Averages of the weights: what is validated and saved in the course of a training."""

import keras
import numpy as np
import pytest

from keras_wavenet.training import WeightAveraging, averaged_weights

X, Y = np.linspace(0, 1, 8, dtype="float32")[:, None], np.ones((8, 1), "float32")


def compiled(policy="float32", use_ema=True):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, dtype=policy)])
    optimizer = keras.optimizers.Adam(0.1, use_ema=use_ema, ema_momentum=0.9)
    if policy == "mixed_float16":  # as `auto_scale_loss` does for a model of the policy
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    model.compile(optimizer, "mse", auto_scale_loss=False)
    return model


def weights_of(model):
    return [np.array(weight) for weight in model.get_weights()]


class Spy(keras.callbacks.Callback):
    """Notes the weights before, within and after the validation."""

    def on_train_batch_end(self, batch, logs=None):
        self.trained = weights_of(self.model)

    def on_test_batch_end(self, batch, logs=None):
        self.validated = weights_of(self.model)

    def on_epoch_end(self, epoch, logs=None):
        self.kept = weights_of(self.model)
        with averaged_weights(self.model):
            self.averaged = weights_of(self.model)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_validation_hears_the_averages_and_training_goes_on_to_the_bit(policy):
    model, spy = compiled(policy), Spy()
    model.fit(
        X, Y, batch_size=2, epochs=2, validation_data=(X, Y), verbose=0,
        callbacks=[WeightAveraging(), spy],
    )  # fmt: skip
    for trained, validated, kept, averaged in zip(
        spy.trained, spy.validated, spy.kept, spy.averaged, strict=True
    ):
        np.testing.assert_array_equal(kept, trained)
        np.testing.assert_array_equal(validated, averaged)
        assert (validated != trained).all()
    for final, averaged in zip(weights_of(model), spy.averaged, strict=True):
        np.testing.assert_array_equal(final, averaged)  # as Keras does


def test_before_the_first_step_there_is_nothing_to_average():
    model = compiled()
    before = weights_of(model)
    with averaged_weights(model):
        np.testing.assert_array_equal(weights_of(model)[0], before[0])


def test_without_averages_the_weights_are_used():
    model = compiled(use_ema=False)
    model.fit(X, Y, verbose=0)
    before = weights_of(model)
    with averaged_weights(model):
        np.testing.assert_array_equal(weights_of(model)[0], before[0])
    with pytest.raises(ValueError, match="use_ema=True. Received: Adam"):
        model.fit(X, Y, verbose=0, callbacks=[WeightAveraging()])


def test_after_a_validation_that_was_interrupted_training_goes_on_from_its_weights():
    model, spy, averaging = compiled(), Spy(), WeightAveraging()

    def interrupt(batch, logs):
        raise KeyboardInterrupt

    stop = keras.callbacks.LambdaCallback(on_test_batch_end=interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(
            X, Y, validation_data=(X, Y), verbose=0, callbacks=[averaging, spy, stop]
        )
    averaging.on_train_begin()
    for weight, trained in zip(weights_of(model), spy.trained, strict=True):
        np.testing.assert_array_equal(weight, trained)


def test_weights_that_were_restored_meanwhile_are_not_overwritten():
    model, averaging = compiled(), WeightAveraging()

    def interrupt(batch, logs):
        raise KeyboardInterrupt

    stop = keras.callbacks.LambdaCallback(on_test_batch_end=interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, validation_data=(X, Y), verbose=0, callbacks=[averaging, stop])
    restored = [np.full_like(weight, 7) for weight in weights_of(model)]
    model.set_weights(restored)  # as a checkpoint does
    averaging.on_train_begin()
    for weight, expected in zip(weights_of(model), restored, strict=True):
        np.testing.assert_array_equal(weight, expected)
