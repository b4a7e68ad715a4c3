"""A learning rate that is halved when the loss stops falling."""

from typing import Any

import keras


class PlateauSchedule(keras.callbacks.ReduceLROnPlateau):
    """Halve the learning rate after some epochs without a lower loss.

    In place of a schedule: the learning rate of the optimizer must be a number. Its
    state goes into checkpoints, so that a resumed run counts on.

    Args:
        monitor: `"val_loss"` or `"loss"`, nats per sample.
        patience: Epochs to wait for a lower loss.
    """

    def __init__(self, monitor: str, patience: int):
        super().__init__(monitor, factor=0.5, patience=patience, min_delta=0.0)
        self._restored = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        if self._restored is not None:
            self.best, self.wait = self._restored["best"], self._restored["wait"]

    def get_state(self) -> dict[str, Any]:
        """The lowest loss and the epochs since, for a checkpoint."""
        best = None if self.best is None else float(self.best)
        return {"best": best, "wait": self.wait}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a `get_state` when training begins."""
        self._restored = state
