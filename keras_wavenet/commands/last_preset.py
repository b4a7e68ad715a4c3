"""A preset folder that holds the newest epoch of a run."""

import warnings
from pathlib import Path

import keras

from keras_wavenet.training.weight_averaging import averaged_weights


class LastPreset(keras.callbacks.Callback):
    """Saves the model as a preset after each epoch, with averaged weights if there are.

    A save that fails, as when the disk is full, warns and leaves the preset of an
    earlier epoch in place. The run goes on; if no later save succeeds it ends with an
    error.

    Args:
        folder: The preset folder.
        license: License of the weights that the run started from.

    Raises:
        OSError: At the end of training, if the last save failed.
    """

    def __init__(self, folder: Path, license: str | None = None):
        super().__init__()
        self.folder = folder
        self.license = license
        self._failure = None

    def save(self) -> bool:
        """Write the preset; returns whether that succeeded."""
        model = self.model
        try:
            with averaged_weights(model):
                model.save_to_preset(self.folder, license=self.license)
        except (OSError, RuntimeError) as error:  # h5py raises both
            self._failure = error
            warnings.warn(f"{self.folder} could not be saved: {error}", stacklevel=2)
        else:
            self._failure = None
        return self._failure is None

    def on_epoch_end(self, epoch, logs=None):
        self.save()

    def on_train_end(self, logs=None):
        if self._failure is not None:
            raise OSError(
                f"{self.folder} could not be saved: {self._failure}"
            ) from self._failure
