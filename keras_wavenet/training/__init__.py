"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.training.checkpoints.checkpoint import Checkpoint
from keras_wavenet.training.linear_warmup import LinearWarmup
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.training.monitoring.audio_check import check_audio
from keras_wavenet.training.monitoring.audio_samples import AudioSamples
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.monitoring.run_picture import RunPicture
from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog
from keras_wavenet.training.monitoring.yardstick_callback import YardstickCallback
from keras_wavenet.training.resume import fit_steps
from keras_wavenet.training.schedules import published_schedule
from keras_wavenet.training.weight_averaging import WeightAveraging, averaged_weights
from keras_wavenet.training.yardstick import (
    Yardstick,
    measure_yardstick,
    measure_yardsticks,
)

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
