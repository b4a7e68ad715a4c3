"""What the network's outputs mean: likelihood, sampling and channel count of each."""

from keras_wavenet.distributions.categorical import Categorical
from keras_wavenet.distributions.registry import get

__all__ = ["Categorical", "get"]
