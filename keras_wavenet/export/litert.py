"""The format `litert`: the functions of generation for phones and small computers."""

import tempfile
from pathlib import Path
from typing import Any

from keras_wavenet.export.format import Format
from keras_wavenet.export.saved_model import check_graph

FILE = "model.tflite"


class LiteRT(Format):
    """A file of LiteRT, formerly TensorFlow Lite, with builtin operations alone."""

    name = "litert"
    summary = "a LiteRT (TensorFlow Lite) file of the step, for one stream"
    backend = "tensorflow"
    needs = ("tensorflow",)

    def check(self, model: Any) -> None:
        check_graph(model, self.name)

    def write(self, model: Any, folder: Path, **options: Any) -> str:
        from keras_wavenet.export.step_functions import StepFunctions
        from keras_wavenet.export.tensorflow_functions import Signatures
        from keras_wavenet.export.tensorflow_readme import chapters

        # LiteRT has no float64, and its variables are not those of TensorFlow.
        module = Signatures(StepFunctions(model, "float32"), batch=1, frozen=True)
        signatures = module.signatures(with_loop=False)
        (folder / FILE).write_bytes(_converted(module, signatures))
        return chapters(model, signatures, is_float64=False)


def _converted(module, signatures):
    """The content of the file: the converter takes several signatures from a folder."""
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(signatures)
        )
        return converter.convert()
