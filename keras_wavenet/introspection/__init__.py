"""Looking inside a model: functions that return plain arrays, on every backend.

`keras_wavenet.visualization` draws what they return.
"""

from keras_wavenet.introspection.alternatives import alternatives
from keras_wavenet.introspection.block_activations import (
    BlockActivations,
    activation_levels,
    activations,
)
from keras_wavenet.introspection.clip import neutral_conditions
from keras_wavenet.introspection.contributions import Contributions, contributions
from keras_wavenet.introspection.first_layer import FirstLayer, first_layer
from keras_wavenet.introspection.frequencies import (
    FrequencyResponse,
    frequency_response,
    sine_response,
)
from keras_wavenet.introspection.reach import measured_receptive_field, saliency
from keras_wavenet.introspection.scores import Predictions, Scores, predictions, score
from keras_wavenet.models.dilations import receptive_field

__all__ = [
    "BlockActivations",
    "Contributions",
    "FirstLayer",
    "FrequencyResponse",
    "Predictions",
    "Scores",
    "activation_levels",
    "activations",
    "alternatives",
    "contributions",
    "first_layer",
    "frequency_response",
    "measured_receptive_field",
    "neutral_conditions",
    "predictions",
    "receptive_field",
    "saliency",
    "score",
    "sine_response",
]
