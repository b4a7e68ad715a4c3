"""TIMIT: read speech with the times of its phones, from the folder as published."""

from keras_wavenet.recognition.timit.corpus import CLASS_SETS, fold, phone_classes
from keras_wavenet.recognition.timit.source import SPLITS, TimitSource

__all__ = ["CLASS_SETS", "SPLITS", "TimitSource", "fold", "phone_classes"]
