"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.training.audio_check import check_audio
from keras_wavenet.training.audio_samples import AudioSamples
from keras_wavenet.training.checkpoint import Checkpoint
from keras_wavenet.training.csv_log import CSVLog
from keras_wavenet.training.linear_warmup import LinearWarmup
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.training.resume import fit_steps
from keras_wavenet.training.run_picture import RunPicture
from keras_wavenet.training.schedules import published_schedule
from keras_wavenet.training.tensorboard_log import TensorBoardLog
from keras_wavenet.training.weight_averaging import WeightAveraging, averaged_weights
from keras_wavenet.training.yardstick import (
    Yardstick,
    measure_yardstick,
    measure_yardsticks,
)
from keras_wavenet.training.yardstick_callback import YardstickCallback

__all__ = [
    "AudioSamples",
    "BitsPerSample",
    "CSVLog",
    "Checkpoint",
    "LinearWarmup",
    "NegativeLogLikelihood",
    "RunPicture",
    "TensorBoardLog",
    "WeightAveraging",
    "Yardstick",
    "YardstickCallback",
    "averaged_weights",
    "check_audio",
    "fit_steps",
    "measure_yardstick",
    "measure_yardsticks",
    "published_schedule",
]
