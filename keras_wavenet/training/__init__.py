"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.training.linear_warmup import LinearWarmup
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.training.yardstick import Yardstick, measure_yardstick
from keras_wavenet.training.yardstick_callback import YardstickCallback

__all__ = [
    "BitsPerSample",
    "LinearWarmup",
    "NegativeLogLikelihood",
    "Yardstick",
    "YardstickCallback",
    "measure_yardstick",
]
