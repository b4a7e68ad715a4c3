"""What `fit` needs of a WaveNet: the loss, the metric and the callbacks."""

from keras_wavenet.run_config import OptimizerOptions, RunConfig
from keras_wavenet.training.baseline import (
    Baseline,
    measure_baseline,
    measure_baselines,
)
from keras_wavenet.training.checkpoints.checkpoint import Checkpoint
from keras_wavenet.training.data_parallel.start import data_parallel
from keras_wavenet.training.estimate import Estimate
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample, CodeAccuracy
from keras_wavenet.training.monitoring.audio_check import check_audio
from keras_wavenet.training.monitoring.audio_samples import AudioSamples
from keras_wavenet.training.monitoring.baseline_callback import (
    BaselineCallback,
    StopAtNaN,
)
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.monitoring.pictures import RunPicture
from keras_wavenet.training.monitoring.step_log import StepLog
from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog
from keras_wavenet.training.resume import fit_steps
from keras_wavenet.training.run import Run
from keras_wavenet.training.run_record import AnotherRun
from keras_wavenet.training.schedules import LinearWarmup, published_schedule
from keras_wavenet.training.weight_averaging import WeightAveraging, averaged_weights

__all__ = [
    "AnotherRun",
    "AudioSamples",
    "Baseline",
    "BaselineCallback",
    "BitsPerSample",
    "CSVLog",
    "Checkpoint",
    "CodeAccuracy",
    "Estimate",
    "LinearWarmup",
    "NegativeLogLikelihood",
    "OptimizerOptions",
    "Run",
    "RunConfig",
    "RunPicture",
    "StepLog",
    "StopAtNaN",
    "TensorBoardLog",
    "WeightAveraging",
    "averaged_weights",
    "check_audio",
    "data_parallel",
    "fit_steps",
    "measure_baseline",
    "measure_baselines",
    "published_schedule",
]
