"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample

__all__ = ["BitsPerSample", "NegativeLogLikelihood"]
