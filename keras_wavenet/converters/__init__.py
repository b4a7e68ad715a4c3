"""Checkpoints of public WaveNets become models of this package, one family a file."""

from keras_wavenet.converters.convert import Conversion, convert, convert_arrays
from keras_wavenet.converters.family import Family
from keras_wavenet.converters.registry import FAMILIES, register

__all__ = ["FAMILIES", "Conversion", "Family", "convert", "convert_arrays", "register"]
