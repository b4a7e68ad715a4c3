"""The weights of learned features, as weights of the model that is conditioned on them.

So they are in its presets and checkpoints, and counted; no layer of the network uses
them, and they are not trained.
"""

import typing

import keras
import numpy as np
from keras import ops

from keras_wavenet.features import FrameFeatures


class FeatureWeights(keras.layers.Layer):
    """Holds the weights of features.

    Args:
        features: `FrameFeatures` with weights; their values, if there are any yet, are
            the first ones.
    """

    def __init__(self, features: FrameFeatures, **kwargs: typing.Any) -> None:
        super().__init__(dtype="float32", trainable=False, **kwargs)
        values = features.weights
        self._by_name = {}
        for name, shape in features.weight_shapes.items():
            usual = "zeros" if "bias" in name else "glorot_uniform"
            self._by_name[name] = self.add_weight(
                name=name, shape=shape, initializer=usual, trainable=False
            )
            if values is not None:
                self._by_name[name].assign(values[name])
        self.built = True

    def arrays(self) -> dict[str, np.ndarray]:
        """The weights as they are now, by name."""
        return {n: ops.convert_to_numpy(w.value) for n, w in self._by_name.items()}

    def call(self, inputs):
        return inputs


def learned_features(features: FrameFeatures | None) -> "FeatureWeights | None":
    """The layer of the weights of features; `None` where they have none."""
    if features is None or not features.weight_shapes:
        return None
    return FeatureWeights(features, name="features")
