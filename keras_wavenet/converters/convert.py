"""From the file of a checkpoint to a model: `convert`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_wavenet.converters import registry, tensorflow_file, torch_file
from keras_wavenet.converters.arrays import Arrays, Row, table
from keras_wavenet.converters.family import Family
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.models import bounds
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.wavenet import WaveNet
from keras_wavenet.utils.paths import user_path


@dataclass(frozen=True)
class Conversion:
    """A converted checkpoint.

    Attributes:
        model: A `WaveNet` with the weights.
        family: What it was.
        rows: Which array went where.
        notes: What was assumed, and what the user should know of the model.
    """

    model: WaveNet
    family: Family
    rows: list[Row]
    notes: list[str]

    def table(self) -> str:
        """The rows as text, one line for those that differ in the number of a layer."""
        return table(self.rows)


def convert(
    checkpoint: str | os.PathLike,
    family: str | None = None,
    hparams: Mapping[str, Any] | str | os.PathLike | None = None,
    *,
    dilations: list[int] | None = None,
    sample_rate: int | None = None,
    start: str | None = None,
    averaged: bool | None = None,
) -> Conversion:
    """Make a model of the checkpoint of a public WaveNet.

    Sizes are read off the shapes. Nothing in the files is executed: of PyTorch's files
    only state dicts are read.

    Args:
        checkpoint: A file that `torch.save` wrote; or of TensorFlow the prefix
            `model.ckpt-99`, one of its files, or a folder with one checkpoint.
        family: One of `FAMILIES`; `None` takes the one whose names the arrays have.
        hparams: Settings of the project by its own names: a dict, or the path of the
            JSON file that it was trained with. Those of the training are ignored.
        dilations: Dilation of each layer, in place of what the settings say.
        sample_rate: Hz, likewise.
        start: Context before a clip, `"silence"` or `"zeros"`, in place of the one that
            the project trains with.
        averaged: Whether to take the moving averages of the weights, or their last
            values, of a checkpoint that holds both; `None`: as the project generates.

    Returns:
        A `Conversion`: the model, and what went where.

    Raises:
        ValueError: If the checkpoint is damaged, of no known family, lacks an array or
            has one too many, does not fit the settings, or is of a variant that has no
            exact counterpart.
        OSError: If a file can't be read.
        ImportError: If the library that reads it is missing.

    Example:
        >>> conversion = convert("model.ckpt-99999", hparams="wavenet_params.json")
        >>> table = conversion.table()
        >>> conversion.model.save_to_preset("my_voice")
    """
    settings = Hparams(
        hparams,
        dilations=dilations,
        sample_rate=sample_rate,
        start=start,
        averaged=averaged,
    )
    return convert_arrays(read(checkpoint), family, settings)


def convert_arrays(
    arrays: Mapping[str, np.ndarray],
    family: str | None = None,
    hparams: Hparams | Mapping[str, Any] | None = None,
) -> Conversion:
    """As `convert`, of arrays that were read already.

    Args:
        arrays: float arrays by their names in the checkpoint.
        family: As in `convert`.
        hparams: Settings of the project, and those of `convert`.

    Raises:
        ValueError: As in `convert`.
    """
    settings = hparams if isinstance(hparams, Hparams) else Hparams(hparams)
    chosen, prefix = registry.find(arrays, family)
    averaged = settings.given("averaged")
    if averaged is not None and not chosen.has_choice_of_weights:
        raise ValueError(
            f"The family {chosen.name!r} leaves no choice between moving averages and "
            f"last values: leave `averaged` out. Received: averaged={averaged!r}"
        )
    found = Arrays(arrays, prefix)
    network = chosen.convert(found, settings)
    found.check_all_taken()
    arguments = {
        **network.layers.sizes,
        "sample_rate": settings.get("sample_rate", chosen.sample_rate),
        **network.arguments,
    }
    architecture = Architecture(**arguments)
    config = {"name": "wavenet", "trainable": True, "dtype": "float32"}
    bounds.check_config({**architecture.as_config(), **config})
    model = WaveNet(**arguments)
    weights = network.layers.weights(architecture.skip_scales)
    model.set_weights([weights[weight.path] for weight in model.weights])
    notes = [*settings.notes, *network.notes]
    return Conversion(model, chosen, found.rows, notes)


def read(checkpoint: str | os.PathLike) -> dict[str, np.ndarray]:
    """The arrays of a checkpoint, by name: see `convert`."""
    path = user_path(checkpoint)
    prefix = tensorflow_file.prefix_of(path)
    if prefix is not None:
        return tensorflow_file.read(prefix)
    if path.is_dir():
        raise ValueError(
            f"{path} must hold a checkpoint of TensorFlow, a file that ends in "
            f"{tensorflow_file.INDEX}. A file of PyTorch is given by its own path."
        )
    return torch_file.read(path)
