"""Clips with a class for each frame: labels, and the batches that `fit` takes."""

from keras_wavenet.data.recognition.dataset import RecognitionDataset
from keras_wavenet.data.recognition.frame_labels import (
    ClipLabels,
    FrameLabels,
    SegmentLabels,
)
from keras_wavenet.data.recognition.spec import RecognitionSpec

__all__ = [
    "ClipLabels",
    "FrameLabels",
    "RecognitionDataset",
    "RecognitionSpec",
    "SegmentLabels",
]
