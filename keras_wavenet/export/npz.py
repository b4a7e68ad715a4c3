"""The format `npz`: all weights as NumPy arrays, and the computation in words."""

from pathlib import Path
from typing import Any

from keras_wavenet.export.format import Format

FILE = "weights.npz"


class Npz(Format):
    """`weights.npz`, which `numpy.load` reads without pickle."""

    name = "npz"
    summary = "weights as NumPy arrays, with the whole computation in words"

    def check(self, model: Any) -> None:
        distribution = model.distribution
        if distribution.compiled_sampling is None:
            raise ValueError(
                "The format 'npz' describes the distributions of this package. "
                f"Received: the distribution {distribution.name!r}"
            )

    def write(self, model: Any, folder: Path, **options: Any) -> str:
        import numpy as np

        from keras_wavenet.export.arrays import condition_arrays, network_arrays
        from keras_wavenet.export.npz_readme import chapters

        arrays = {**network_arrays(model), **condition_arrays(model)}
        np.savez(folder / FILE, **arrays)
        return chapters(model, arrays)
