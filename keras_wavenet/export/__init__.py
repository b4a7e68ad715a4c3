"""Networks as files that other programs run: one folder an export, one file a format.

Importing it imports no Keras: the command has the formats before it chooses a backend.
"""

from keras_wavenet.export.format import Format, Option
from keras_wavenet.export.registry import FORMATS, register
from keras_wavenet.export.writer import export_model

__all__ = ["FORMATS", "Format", "Option", "export_model", "register"]
