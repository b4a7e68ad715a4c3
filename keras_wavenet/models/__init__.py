"""Whole networks."""

from keras_wavenet.models.context_stack import ContextStack
from keras_wavenet.models.dilations import doubling_dilations
from keras_wavenet.models.wavenet import WaveNet

__all__ = ["ContextStack", "WaveNet", "doubling_dilations"]
