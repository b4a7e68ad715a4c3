"""The export formats, by name."""

from keras_wavenet.export.format import Format
from keras_wavenet.export.litert import LiteRT
from keras_wavenet.export.npz import Npz
from keras_wavenet.export.onnx.format import Onnx
from keras_wavenet.export.saved_model import SavedModel
from keras_wavenet.export.web import Web
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.registry import register_instance
from keras_wavenet.utils.text import shown

_ALL = (Npz(), Onnx(), SavedModel(), LiteRT(), Web())
FORMATS: dict[str, Format] = {one.name: one for one in _ALL}


def register(format: Format) -> Format:
    """Register a format under its name.

    Args:
        format: An instance of a subclass of `Format`.

    Returns:
        The format.

    Raises:
        ValueError: If it is none, or its name is taken.
    """
    return register_instance(FORMATS, format, Format)


def get(name: str) -> Format:
    """The format of a name.

    Raises:
        ValueError: If there is none; the message suggests the nearest.
    """
    if not isinstance(name, str) or name not in FORMATS:
        raise ValueError(
            f"`format` must be one of {', '.join(FORMATS)}. "
            f"Received: format={shown(repr(name))}{did_you_mean(name, FORMATS)}"
        )
    return FORMATS[name]
