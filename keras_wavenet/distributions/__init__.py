"""Output distributions: likelihood, sampling and channel count of each."""

from keras_wavenet.distributions.categorical import Categorical
from keras_wavenet.distributions.distribution import Distribution
from keras_wavenet.distributions.gaussian import Gaussian
from keras_wavenet.distributions.logistic_mixture import LogisticMixture
from keras_wavenet.distributions.registry import get, register

__all__ = [
    "Categorical",
    "Distribution",
    "Gaussian",
    "LogisticMixture",
    "get",
    "register",
]
