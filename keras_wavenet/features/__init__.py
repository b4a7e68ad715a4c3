"""Acoustic features: the frames that local conditioning speaks in."""

from keras_wavenet.features.choices import CHOICES
from keras_wavenet.features.frame_features import FrameFeatures
from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel
from keras_wavenet.features.registry import get

__all__ = ["CHOICES", "FrameFeatures", "LogF0", "LogMel", "get"]
