"""A preset folder that always holds the best epoch of a run so far."""

from pathlib import Path

import keras


class BestPreset(keras.callbacks.Callback):
    """Saves the model as a preset after each epoch that is the best until then.

    Args:
        folder: The preset folder.
        monitor: `"val_loss"` or `"loss"`, nats per sample.
        licence: Of the weights that the run started from; their heirs keep it.
    """

    def __init__(self, folder: Path, monitor: str, licence: str | None = None):
        super().__init__()
        self.folder = folder
        self.monitor = monitor
        self.licence = licence
        self.lowest = float("inf")
        self.epoch = None

    def on_epoch_end(self, epoch, logs=None):
        loss = logs[self.monitor]
        if loss < self.lowest:
            self.model.save_to_preset(self.folder, licence=self.licence)
            self.lowest, self.epoch = loss, epoch + 1
            self.bits = logs[self.monitor.replace("loss", "bits_per_sample")]

    def summary(self) -> str:
        """What is in the folder, in one line."""
        if self.epoch is None:
            return "Nothing was saved: no epoch had ended with a finite loss."
        split = "validation" if self.monitor == "val_loss" else "training"
        return (
            f"Saved {self.folder}: epoch {self.epoch}, {self.bits:.3f} {split} bits "
            "per sample, the best of the run."
        )
