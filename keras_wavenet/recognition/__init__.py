"""Speech recognition: a class for each frame of a recording (paper, section 3.4).

A wing of the package: nothing outside it depends on it.
"""

from keras_wavenet.recognition.dataset import RecognitionDataset, RecognitionSpec
from keras_wavenet.recognition.error_rates import frame_accuracy, phoneme_error_rate
from keras_wavenet.recognition.frame_labels import (
    ClipLabels,
    FrameLabels,
    SegmentLabels,
)
from keras_wavenet.recognition.recognizer import Recognizer

__all__ = [
    "ClipLabels",
    "FrameLabels",
    "RecognitionDataset",
    "RecognitionSpec",
    "Recognizer",
    "SegmentLabels",
    "frame_accuracy",
    "phoneme_error_rate",
]
