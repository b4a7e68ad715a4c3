"""A Keras model that is saved as a preset and trained on datasets of this package."""

import functools
import os
import weakref
from typing import Any

import keras
import numpy as np

from keras_wavenet import preset_io
from keras_wavenet.models import training_data
from keras_wavenet.models.checked_batches import BatchChecks, CheckedDataset
from keras_wavenet.models.kept_weights import KeptWeights
from keras_wavenet.models.parameter_count import count_parameters
from keras_wavenet.utils import checks


class PresetModel(KeptWeights):
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
                a place such as `"hf://user/repository@revision"`: see
                `keras_wavenet.preset_places`.
            load_weights: Whether to load its weights. A preset without any warns that
                the model is untrained.
            **overrides: Arguments of the constructor that replace the preset's, such
                as `dropout=0.1` or `dtype="mixed_bfloat16"`.

        Raises:
            ValueError: If there is no such preset (the error suggests the nearest), it
                is damaged, is of another class, or does not fit the overrides.
            OSError: If it can't be downloaded: a `PermissionError` where access is not
                granted, a `ConnectionError` where the hub can't be reached.
            ImportError: If the library that downloads it is missing.
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

    def quantize(self, mode: str | None = None, **kwargs: Any) -> None:
        """Refuse the quantization of `keras.Model`.

        Raises:
            NotImplementedError: Always; says what makes a model smaller or faster.
        """
        raise NotImplementedError(
            "Keras quantizes layers one by one, and the blocks of a WaveNet read their "
            'kernels. Generate with `engine="cpu_int8"` or `engine="cpu_bfloat16"`, '
            "which round the weights as they are read, or keep them in half the "
            'memory: build or load the model with dtype="bfloat16". '
            f"Received: mode={mode!r}"
        )

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

        Raises:
            ValueError: If inputs, targets or weights are wrong. Arrays are checked
                whole, generators and a `keras.utils.PyDataset` batch by batch, other
                datasets by their first batch.
        """
        checks = BatchChecks(self.checked_batch)
        training_data.check_no_class_weight(kwargs.get("class_weight"))
        if hasattr(x, "batches"):
            kwargs.setdefault("steps_per_epoch", len(x))
            kwargs.setdefault("shuffle", False)
        if hasattr(validation_data, "batches"):
            kwargs.setdefault("validation_steps", len(validation_data))
        if isinstance(validation_data, tuple | list):
            parts = training_data.parts_of(validation_data)
            validation_data = (self._checked(checks, *parts), *parts[1:])
        elif validation_data is not None:
            validation_data = self._checked(checks, validation_data)
        x = self._checked(checks, x, y, kwargs.get("sample_weight"))
        with checks.raised():
            return super().fit(
                x, y, batch_size, epochs, validation_data=validation_data, **kwargs
            )

    def evaluate(self, x: Any = None, y: Any = None, **kwargs: Any) -> Any:
        """Evaluate: as `keras.Model.evaluate`, and on a dataset of the package.

        Inputs and targets are checked as by `fit`.
        """
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        checks = BatchChecks(self.checked_batch)
        x = self._checked(checks, x, y, kwargs.get("sample_weight"))
        with checks.raised():
            return super().evaluate(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """Predict: as `keras.Model.predict`, and on a dataset of the package.

        Inputs are checked as by `fit`.
        """
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        checks = BatchChecks(functools.partial(self.checked_batch, scored=False))
        x = self._checked(checks, x)
        with checks.raised():
            return super().predict(x, **kwargs)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict | None = None,
        return_dict: bool = False,
    ) -> Any:
        """As `keras.Model.train_on_batch`; the batch is checked as by `fit`."""
        training_data.check_no_class_weight(class_weight)
        x = self.checked_batch(x, y, sample_weight)
        return super().train_on_batch(x, y, sample_weight, return_dict=return_dict)

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """As `keras.Model.test_on_batch`; the batch is checked as by `fit`."""
        x = self.checked_batch(x, y, sample_weight)
        return super().test_on_batch(x, y, sample_weight, return_dict=return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """As `keras.Model.predict_on_batch`; the batch is checked as by `fit`."""
        return super().predict_on_batch(self.checked_batch(x, scored=False))

    def checked_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, scored: bool = True
    ) -> Any:
        """Inputs as they are computed with; those that are wrong are refused.

        Args:
            x, y, sample_weight: Arrays or tensors, or dicts of them.
            scored: Whether there must be targets.

        Raises:
            ValueError: If an array does not fit.
        """
        if isinstance(x, np.ndarray):
            checks.signal("x", x)  # with our words, not those of a step
        return x

    def _checked(self, checks, x, y=None, sample_weight=None):
        """The data for Keras: arrays, or a dataset, whose first batch is checked."""
        if hasattr(x, "batches"):
            return x.batches  # made for the `data_spec` of a model
        if not training_data.is_dataset(x):
            return checks.check(x, y, sample_weight)
        seen = self.__dict__.setdefault(
            "_seen_datasets", weakref.WeakValueDictionary()
        )  # a second look would fill the buffer of a shuffling dataset again
        if seen.get(id(x)) is not x:
            batch, looked_at = training_data.first_batch(x)
            checks(batch)
            if looked_at is not x:
                return checks.generator(looked_at)
            seen[id(x)] = x
        if isinstance(x, keras.utils.PyDataset) and not x.use_multiprocessing:
            return CheckedDataset(x, checks)
        return x
