"""Generation sample by sample: the stateful layer, the noise, the engines."""

from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.generation.stream import StatefulGenerator

__all__ = ["Sampling", "StatefulGenerator"]
