"""Whole networks."""

from keras_wavenet.models.dilations import doubling_dilations
from keras_wavenet.models.wavenet import WaveNet

__all__ = ["WaveNet", "doubling_dilations"]
