"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.training.checkpoint import Checkpoint
from keras_wavenet.training.linear_warmup import LinearWarmup
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.training.resume import fit_steps
from keras_wavenet.training.weight_averaging import WeightAveraging, averaged_weights
from keras_wavenet.training.yardstick import (
    Yardstick,
    measure_yardstick,
    measure_yardsticks,
)
from keras_wavenet.training.yardstick_callback import YardstickCallback

__all__ = [
    "BitsPerSample",
    "Checkpoint",
    "LinearWarmup",
    "NegativeLogLikelihood",
    "WeightAveraging",
    "Yardstick",
    "YardstickCallback",
    "averaged_weights",
    "fit_steps",
    "measure_yardstick",
    "measure_yardsticks",
]
