"""The format `onnx`: what is written, and what is not possible."""

from pathlib import Path
from typing import Any

from keras_wavenet.export.format import Format, Option

WEIGHTS = ("float32", "float16", "int8")


def _weights(text: str) -> str:
    if text not in WEIGHTS:  # without `checks`, which imports Keras: a flag is read
        raise ValueError(  # before the command chooses the backend
            f"`weights` must be one of {', '.join(WEIGHTS)}. Received: weights={text!r}"
        )
    return text


class Onnx(Format):
    """Graphs for onnxruntime and others: the whole loop, and its parts."""

    name = "onnx"
    summary = "graphs for onnxruntime: the loop with its sampling, and single steps"
    needs = ("onnx",)
    options = {
        "weights": Option(
            _weights,
            "float32",
            f"how kernels are stored, one of {', '.join(WEIGHTS)}; all are computed "
            "with in float32",
        )
    }

    def check(self, model: Any) -> None:
        distribution = model.distribution
        if distribution.compiled_sampling is None:
            raise ValueError(
                "The format 'onnx' has the distributions of this package. "
                f"Received: the distribution {distribution.name!r}"
            )

    def write(self, model: Any, folder: Path, **options: Any) -> str:
        from keras_wavenet.export.onnx.models import make_models
        from keras_wavenet.export.onnx.readme import chapters

        models = make_models(model, _weights(options["weights"]))
        for name, made in models.items():
            (folder / f"{name}.onnx").write_bytes(made.SerializeToString())
        return chapters(model, models)
