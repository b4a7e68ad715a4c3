"""Callbacks that count the steps of a run, across interruptions."""

import keras

from keras_wavenet.training.monitoring.interval_means import IntervalMeans


class StepCallback(keras.callbacks.Callback):
    """A callback that knows how many steps a run has behind it.

    A subclass that overrides one of the methods here calls it first.

    Args:
        initial_step: Steps that the run had behind it when it was resumed;
            `keras_wavenet.training.fit_steps` tells them by itself.
        initial_epoch_step: How many of them belong to the epoch that it goes on with.

    Attributes:
        step: Steps since the run began, those before it was resumed included.
        epoch_step: Steps of the present epoch, likewise.
        means: An `IntervalMeans` of the present epoch.
    """

    def __init__(self, initial_step: int = 0, initial_epoch_step: int = 0):
        super().__init__()
        self.initial_step = initial_step
        self.initial_epoch_step = initial_epoch_step
        self.step = initial_step

    def resume_at(self, step: int, epoch_step: int) -> None:
        """Count on from there at the next beginning of a training."""
        self.initial_step = self.step = step
        self.initial_epoch_step = epoch_step

    def on_train_begin(self, logs=None):
        self.step = self.initial_step
        self._broken_epoch = self.initial_epoch_step

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch_step = self._epoch_start = self._broken_epoch
        self._broken_epoch = 0
        self.means = IntervalMeans()

    def on_train_batch_end(self, batch, logs=None):
        # With `steps_per_execution` Keras calls this only once for several batches.
        before, self.epoch_step = self.epoch_step, self._epoch_start + batch + 1
        self.step += self.epoch_step - before
        if self._epoch_start and not self.means.steps:
            # What Keras reports includes the steps before the interruption: from here
            # on they can be told apart.
            self.means.since_last(self.epoch_step, logs or {})

    def learning_rate(self) -> float:
        """The rate of the step to come."""
        rate = self.model.optimizer.learning_rate
        return float(keras.ops.convert_to_numpy(rate))
