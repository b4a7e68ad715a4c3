"""Steps are counted from the beginning of a run, however often it was stopped."""

import keras
import numpy as np
import pytest

from keras_wavenet.training.monitoring.step_callback import IntervalMeans, StepCallback

X = np.linspace(-1, 1, 20, dtype="float32")[:, None]


class Record(StepCallback):
    """Keeps what it knows after each call for a batch."""

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        self.seen.append((self.step, self.epoch_step))


def fit(callback, epochs=2):
    """Five steps an epoch."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    schedule = keras.optimizers.schedules.PolynomialDecay(0.1, 10, 0.0)
    model.compile(keras.optimizers.SGD(schedule), loss="mse")
    model.fit(X, X, 4, epochs, verbose=0, callbacks=[callback])
    return callback


def test_steps_go_on_over_epochs():
    record = fit(Record())
    assert record.seen == [(n, (n - 1) % 5 + 1) for n in range(1, 11)]


def test_a_resumed_run_counts_on_in_its_epoch():
    record = fit(Record(initial_step=103, initial_epoch_step=3))
    assert record.seen[:5] == [(104 + n, 4 + n) for n in range(5)]
    assert record.seen[5:] == [(109 + n, 1 + n) for n in range(5)]


def test_several_steps_in_one_execution_all_count():
    record = Record()
    record.on_train_begin()
    record.on_epoch_begin(0)
    for last_batch in (1, 3, 5):  # as Keras calls it with `steps_per_execution=2`
        record.on_train_batch_end(last_batch)
    assert record.seen == [(2, 2), (4, 4), (6, 6)]


def test_a_second_training_counts_from_the_start_again():
    record = fit(Record(), epochs=1)
    assert fit(record, epochs=1).seen[0] == (1, 1)


def test_the_learning_rate_is_that_of_the_schedule():
    rates = []

    class Rates(StepCallback):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)
            rates.append(self.learning_rate())

    fit(Rates())
    assert rates == pytest.approx([0.1 - 0.01 * n for n in range(1, 11)], abs=1e-7)


@pytest.mark.neutral
def test_the_means_of_stretches_are_those_of_their_own_steps():
    losses = np.random.default_rng(0).normal(size=30)
    means = IntervalMeans()
    for start, stop in ((0, 10), (10, 11), (11, 30)):
        found = means.since_last(stop, {"loss": losses[:stop].mean()})
        assert found["loss"] == pytest.approx(losses[start:stop].mean())
        assert means.steps == stop


@pytest.mark.neutral
def test_a_figure_that_comes_late_counts_from_the_start():
    means = IntervalMeans()
    means.since_last(2, {"loss": 1.0})
    found = means.since_last(4, {"loss": 1.0, "bits": 3.0})
    assert found["loss"] == 1.0
