"""The presets of a run: of its newest epoch, and of the best one so far."""

import warnings
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.training.weight_averaging import averaged_weights


class LastPreset(keras.callbacks.Callback):
    """Save the model as a preset after each epoch, with averaged weights if there are.

    A save that fails, as when the disk is full, warns and leaves the preset of an
    earlier epoch in place. The run continues; if no later save succeeds it ends with an
    error.

    Args:
        folder: The preset folder.
        license: License of the weights that the run started from, which the presets
            keep.

    Raises:
        OSError: At the end of training, if the last save failed.
    """

    def __init__(self, folder: Path, license: str | None = None):
        super().__init__()
        self.folder = folder
        self.license = license
        self._failure = None
        self._is_missing = False  # since the checkpoint that a run was restored from

    def save(self) -> bool:
        """Write the preset; returns whether that succeeded."""
        model = self.model
        try:
            with averaged_weights(model) as averaged:
                averaged.save_to_preset(self.folder, license=self.license)
        except Exception as error:  # whatever it is, a checkpoint can still be saved
            self._failure = error
            warnings.warn(f"{self.folder} could not be saved: {error}", stacklevel=2)
        else:
            self._failure = None
        return self._failure is None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.save()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self._failure is not None:
            raise OSError(
                f"{self.folder} could not be saved: {self._failure}"
            ) from self._failure

    def get_state(self) -> dict[str, Any]:
        """Whether the last save has succeeded, for a checkpoint."""
        return {"is_saved": self._failure is None}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a `get_state`."""
        self._is_missing = not state["is_saved"]

    def finish(self, step: int) -> None:
        """Save the preset of a complete run if it was not saved at its end, or is gone.

        Raises:
            OSError: If that fails again.
        """
        if self._is_missing or not self.folder.exists():
            self.save()
            LastPreset.on_train_end(self)


class BestPreset(LastPreset):
    """Save the model as a preset after each epoch whose loss is the lowest so far.

    Args:
        folder: The preset folder.
        monitor: `"val_loss"` or `"loss"`, nats per sample.
        license: As in `LastPreset`.

    Attributes:
        epoch: Number of the best epoch, counted from 1; None before the first.
        bits: Its bits per sample, None where the model has no such metric.
    """

    def __init__(self, folder: Path, monitor: str, license: str | None = None):
        super().__init__(folder, license)
        self.monitor = monitor
        self.lowest = float("inf")
        self.epoch = self.bits = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        loss = logs[self.monitor]
        if loss < self.lowest and self.save():
            self.lowest, self.epoch = float(loss), epoch + 1
            bits = logs.get(self.monitor.replace("loss", "bits_per_sample"))
            self.bits = None if bits is None else float(bits)

    def get_state(self) -> dict[str, Any]:
        """The best epoch so far, for a checkpoint."""
        return {"lowest": self.lowest, "epoch": self.epoch, "bits": self.bits}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a `get_state`."""
        self.lowest, self.epoch = state["lowest"], state["epoch"]
        self.bits = state["bits"]

    def summary(self) -> str:
        """The best epoch, in one line."""
        if self.epoch is None:
            return f"{self.folder} does not exist yet: no epoch has ended."
        split = "validation" if self.monitor == "val_loss" else "training"
        score = f"{self.lowest:.3f} {split} nats per sample"
        if self.bits is not None:
            score = f"{self.bits:.3f} {split} bits per sample"
        return f"Saved {self.folder}: epoch {self.epoch}, {score}, the best of the run."
