"""Acoustic features: the frames that local conditioning takes."""

from keras_wavenet.features.choices import CHOICES
from keras_wavenet.features.config import get
from keras_wavenet.features.feature import Feature
from keras_wavenet.features.frame_features import FrameFeatures
from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel
from keras_wavenet.features.registry import register
from keras_wavenet.features.temporal_encoder import TemporalEncoder

__all__ = [
    "CHOICES",
    "Feature",
    "FrameFeatures",
    "LogF0",
    "LogMel",
    "TemporalEncoder",
    "get",
    "register",
]
