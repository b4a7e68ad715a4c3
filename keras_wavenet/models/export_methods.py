"""Export: the methods of a model that write files for other programs."""

import os
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.export import export_model

GLOBAL_VECTOR = "global_vector"  # the input "global", which is a word of Python


class ExportMethods:
    """`export_step` and `export` of a `keras_wavenet.generation` model."""

    def export(
        self,
        filepath: str | os.PathLike,
        format: str = "tf_saved_model",
        *,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Write the network over whole sequences: as `keras.Model.export`.

        In a SavedModel the condition `"global"` is the input `"global_vector"`, as
        TensorFlow takes no word of Python for a name.

        Args:
            filepath, format, input_signature, **kwargs: See `keras.Model.export`.
        """
        names = [one.name for one in self.inputs]
        is_default = input_signature is None and format == "tf_saved_model"
        if is_default and "global" in names:
            specs = {one.name: _spec(one) for one in self.inputs}
            input_signature = [specs]
        super().export(filepath, format, input_signature=input_signature, **kwargs)

    def export_step(
        self,
        folder: str | os.PathLike,
        format: str = "onnx",
        overwrite: bool = False,
        **options: Any,
    ) -> Path:
        """Write the step of generation as files that other programs run.

        `keras.Model.export` writes the network over whole sequences.

        Args:
            folder: Path of a new or empty folder.
            format: Name of a format, see `keras_wavenet.export.FORMATS`.
            overwrite: Whether an earlier export in the folder is replaced.
            **options: `name`, `description` and `license`, texts for `README.md`, or
                the `preset` that has the last two, and the options of the format.

        Returns:
            The folder.

        Raises:
            ValueError, FileExistsError, ImportError, RuntimeError: As
                `keras_wavenet.export.export_model`.

        Example:
            >>> model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
            >>> model.export_step("tiny", format="npz", preset="wavenet_tiny")
        """
        return export_model(self, folder, format, overwrite, **options)


def _spec(tensor):
    name = GLOBAL_VECTOR if tensor.name == "global" else tensor.name
    return keras.InputSpec(shape=tensor.shape, dtype=tensor.dtype, name=name)
