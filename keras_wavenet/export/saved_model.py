"""The format `saved_model`: the functions of generation for TensorFlow."""

from pathlib import Path
from typing import Any

from keras_wavenet.export.format import Format


class SavedModel(Format):
    """A folder that `tf.saved_model.load` reads, without this package or Keras."""

    name = "saved_model"
    summary = "a TensorFlow SavedModel of the step and of the loop"
    backend = "tensorflow"
    needs = ("tensorflow",)

    def check(self, model: Any) -> None:
        check_graph(model, self.name)

    def write(self, model: Any, folder: Path, **options: Any) -> str:
        import tensorflow as tf

        from keras_wavenet.export.step_functions import StepFunctions
        from keras_wavenet.export.tensorflow_functions import Signatures
        from keras_wavenet.export.tensorflow_readme import chapters

        module = Signatures(StepFunctions(model))
        signatures = module.signatures(with_loop=True)
        tf.saved_model.save(module, str(folder), signatures)
        return chapters(model, signatures, is_float64=True)


def check_graph(model: Any, name: str) -> None:
    """Refuse models whose generation is more than a step with rows of conditions.

    Raises:
        ValueError: If the model has a context stack or computes in half precision.
    """
    if model.architecture.context_stack is not None:
        raise ValueError(
            f"The format {name!r} holds no context stack, whose steps are at another "
            "rate than those of samples. Export to the format 'npz', which describes "
            f"it. Received: context_stack={model.architecture.context_stack}"
        )
    if model.dtype_policy.name != "float32":
        raise ValueError(
            f"The format {name!r} computes in float32: build or load the model with "
            f'dtype="float32". Received: dtype={model.dtype_policy.name!r}'
        )
