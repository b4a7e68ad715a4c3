"""A line of text every few seconds: what a progress bar is for a log in a file."""

import time

from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.utils.terminal import say


class StepLog(StepCallback):
    """Print step, metrics and speed, a line after the first step and every few seconds.

    Metrics are means over the steps since the last line of the same epoch. Lines appear
    at once, also in a file.

    Args:
        seconds: From one line to the next; 0 prints one after each step.
        initial_step, initial_epoch_step: As in `StepCallback`.
    """

    def __init__(
        self,
        seconds: float = 10.0,
        initial_step: int = 0,
        initial_epoch_step: int = 0,
    ):
        super().__init__(initial_step, initial_epoch_step)
        self.seconds = seconds

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        self._next = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_begin(epoch, logs)
        self._epoch = epoch + 1
        self._last_step, self._last_time = self.step, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        now = time.monotonic()
        if now < self._next or self.epoch_step == self.means.steps:
            return
        means = self.means.since_last(self.epoch_step, logs or {})
        metrics = ", ".join(f"{name} {value:.4g}" for name, value in means.items())
        speed = (now - self._last_time) / (self.step - self._last_step)
        say(
            f"Step {self.step}, epoch {self._epoch} of {self.params['epochs']}: "
            f"{metrics}; {speed:.3g} s a step",
            flush=True,
        )
        self._last_step, self._last_time = self.step, now
        self._next = now + self.seconds
