"""A Keras model that is saved as a preset and trained on datasets of this package."""

import os
from typing import Any

import keras
import numpy as np

from keras_wavenet import preset_io
from keras_wavenet.models.parameter_count import count_parameters
from keras_wavenet.utils import checks


class PresetModel(keras.Model):
    """A network that is saved as a preset and trained on `keras_wavenet.data`.

    A subclass has a `default_objective` and a static method `check_config(config)`,
    which raises a `ValueError` for the config of a file that is out of bounds.
    """

    presets = preset_io.PresetsOfClass()

    @classmethod
    def from_preset(
        cls, preset: str | os.PathLike, load_weights: bool = True, **overrides: Any
    ) -> "PresetModel":
        """Build the model of a preset.

        Args:
            preset: A built-in name, see the mapping `presets`, the path of a folder, or
                a place such as `"hf://user/repository"`: see
                `keras_wavenet.preset_places`.
            load_weights: Whether to load its weights. A preset without any warns that
                the model is untrained.
            **overrides: Arguments of the constructor that replace the preset's, such
                as `dropout=0.1` or `dtype="mixed_bfloat16"`.

        Raises:
            ValueError: If there is no such preset (the error suggests the nearest), it
                is damaged, is of another class, or does not fit the overrides.
        """
        return preset_io.load(cls, preset, load_weights, **overrides)

    def save_to_preset(
        self,
        folder: str | os.PathLike,
        *,
        description: str | None = None,
        license: str | None = None,
        weights: bool = True,
    ) -> None:
        """Write the model as a preset: config, metadata and weights, no optimizer.

        The folder is put in place whole, or not at all, also if the power fails.

        Args:
            folder: Path of a new or empty folder, or of a preset to be replaced, whose
                other files, such as a README.md, are kept.
            description: A text about the model and its data.
            license: License of the weights, and the data they were trained on.
            weights: Whether to write the weights; without, it is an architecture.

        Raises:
            ValueError: If the folder holds other files.
        """
        preset_io.save(self, folder, description, license, weights)

    @classmethod
    def parameter_count(cls, config: dict) -> int:
        """Number of weights of the model with a config; no memory is taken for them."""
        return count_parameters(cls, config)

    def default_objective(self) -> dict[str, Any]:
        """The default loss and metrics, as arguments of `keras.Model.compile`."""
        raise NotImplementedError(f"{type(self).__name__} has no default objective.")

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "adam",
        loss: Any = None,
        **kwargs: Any,
    ) -> None:
        """Configure training; the arguments are those of `keras.Model.compile`.

        Args:
            optimizer: Name or instance of a Keras optimizer.
            loss: `None` takes loss, loss weights and metrics of `default_objective`,
                where `kwargs` give no others.
            **kwargs: See `keras.Model.compile`.
        """
        if loss is None:
            given = {name: value for name, value in kwargs.items() if value is not None}
            kwargs = {**self.default_objective(), **given}
        else:
            kwargs["loss"] = loss
        super().compile(optimizer=optimizer, **kwargs)

    def compile_from_config(self, config: dict) -> None:
        """Compile a loaded model as it was compiled when it was saved."""
        config = keras.saving.deserialize_keras_object(config)
        # The saved value was for the backend that saved it.
        config["jit_compile"] = "auto"
        self.compile(**config)
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        *,
        validation_data: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Train: as `keras.Model.fit`, and on a dataset of `keras_wavenet.data`.

        Such a dataset is endless, in an order that depends on its seed and step alone,
        and has its number of steps per epoch.

        Args:
            x: A dataset of `keras_wavenet.data`, or what Keras takes.
            y: The targets, where `x` is an array or a dict of arrays.
            batch_size, epochs: As in Keras; a dataset has a batch size of its own.
            validation_data: Likewise, a dataset or what Keras takes.
            **kwargs: See `keras.Model.fit`.
        """
        if hasattr(x, "batches"):
            kwargs.setdefault("steps_per_epoch", len(x))
            kwargs.setdefault("shuffle", False)
        if hasattr(validation_data, "batches"):
            kwargs.setdefault("validation_steps", len(validation_data))
            validation_data = validation_data.batches
        x = getattr(x, "batches", x)
        if isinstance(x, np.ndarray):
            checks.signal("x", x)  # an error within a step would cost JAX the weights
        return super().fit(
            x, y, batch_size, epochs, validation_data=validation_data, **kwargs
        )

    def evaluate(self, x: Any = None, y: Any = None, **kwargs: Any) -> Any:
        """Evaluate: as `keras.Model.evaluate`, and on a dataset of the package."""
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        return super().evaluate(getattr(x, "batches", x), y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """Predict: as `keras.Model.predict`, and on a dataset of the package."""
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        return super().predict(getattr(x, "batches", x), **kwargs)
