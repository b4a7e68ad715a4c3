"""One sample at a time: the stateful layer, the noise, the loop of each backend."""

from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.generation.stream import StatefulGenerator

__all__ = ["Sampling", "StatefulGenerator"]
