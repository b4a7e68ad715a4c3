"""A preset folder that always holds the best epoch of a run so far."""

from pathlib import Path

from keras_wavenet.commands.last_preset import LastPreset


class BestPreset(LastPreset):
    """Saves the model as a preset after each epoch that is the best until then.

    Args:
        folder: The preset folder.
        monitor: `"val_loss"` or `"loss"`, nats per sample.
        license: License of the weights that the run started from.
    """

    def __init__(self, folder: Path, monitor: str, license: str | None = None):
        super().__init__(folder, license)
        self.monitor = monitor
        self.lowest = float("inf")
        self.epoch = self.bits = None

    def on_epoch_end(self, epoch, logs=None):
        loss = logs[self.monitor]
        if loss < self.lowest and self.save():
            self.lowest, self.epoch = float(loss), epoch + 1
            self.bits = float(logs[self.monitor.replace("loss", "bits_per_sample")])

    def get_state(self) -> dict:
        """What is the best so far, for a checkpoint."""
        return {"lowest": self.lowest, "epoch": self.epoch, "bits": self.bits}

    def set_state(self, state: dict) -> None:
        """Go on from a `get_state`."""
        self.lowest, self.epoch = state["lowest"], state["epoch"]
        self.bits = state["bits"]

    def summary(self) -> str:
        """What is in the folder, in one line."""
        if self.epoch is None:
            return f"{self.folder} is not there yet: no epoch has ended."
        split = "validation" if self.monitor == "val_loss" else "training"
        return (
            f"Saved {self.folder}: epoch {self.epoch}, {self.bits:.3f} {split} bits "
            "per sample, the best of the run."
        )
