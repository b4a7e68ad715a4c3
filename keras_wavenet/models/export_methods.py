"""Export: the method of a model that writes files for other programs."""

import os
from pathlib import Path
from typing import Any

from keras_wavenet.export import export_model


class ExportMethods:
    """`export_step` of a `keras_wavenet.generation` model."""

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
            **options: `description` and `license`, texts for `README.md`, and the
                options of the format.

        Returns:
            The folder.

        Raises:
            ValueError, FileExistsError, ImportError, RuntimeError: As
                `keras_wavenet.export.export_model`.

        Example:
            >>> model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
            >>> model.export_step("tiny", format="npz")
        """
        return export_model(self, folder, format, overwrite, **options)
