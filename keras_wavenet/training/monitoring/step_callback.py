"""Callbacks that count the steps of a run, across interruptions."""

from collections.abc import Mapping

import keras


class StepCallback(keras.callbacks.Callback):
    """A callback that counts the steps of a run, those before a resume included.

    A subclass that overrides one of the methods here calls it first.

    Args:
        initial_step: Steps of the run before it was resumed;
            `keras_wavenet.training.fit_steps` sets them itself.
        initial_epoch_step: How many of them belong to the epoch that is resumed.

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

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.step = self.initial_step
        self._broken_epoch = self.initial_epoch_step

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.epoch_step = self._epoch_start = self._broken_epoch
        self._broken_epoch = 0
        self.means = IntervalMeans()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        # With `steps_per_execution` Keras calls this only once for several batches.
        before, self.epoch_step = self.epoch_step, self._epoch_start + batch + 1
        self.step += self.epoch_step - before
        if self._epoch_start and not self.means.steps:
            # What Keras reports includes the steps before the interruption, which can
            # be subtracted from here on.
            self.means.since_last(self.epoch_step, logs or {})

    def learning_rate(self) -> float:
        """The rate of the next step."""
        rate = self.model.optimizer.learning_rate
        return float(keras.ops.convert_to_numpy(rate))


class IntervalMeans:
    """Turns means since the start of an epoch into means since the last call.

    It serves one epoch.

    Attributes:
        steps: Steps of the epoch up to the last call.

    Example:
        >>> means = IntervalMeans()
        >>> means.since_last(10, {"loss": 5.0}), means.since_last(20, {"loss": 4.0})
        ({'loss': 5.0}, {'loss': 3.0})
    """

    def __init__(self):
        self.steps = 0
        self._sums = {}

    def since_last(self, steps: int, means: Mapping[str, float]) -> dict[str, float]:
        """The means of the steps since the last call.

        Args:
            steps: Steps since the epoch began, more than at the last call.
            means: Mean of each metric over all of them, as in the logs of a callback.
        """
        sums = {name: steps * mean for name, mean in means.items()}
        new = {
            name: (total - self._sums.get(name, 0.0)) / (steps - self.steps)
            for name, total in sums.items()
        }
        self.steps, self._sums = steps, sums
        return new
