"""The figure by which models of raw audio are compared."""

import math

import keras

from keras_wavenet import distributions


@keras.saving.register_keras_serializable(package="keras_wavenet")
class BitsPerSample(keras.metrics.Mean):
    """Mean cost of a sample in bits: the negative log-likelihood to base 2.

    Args:
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`.
        name, dtype: As in `keras.metrics.Mean`.
    """

    def __init__(self, distribution="categorical", name="bits_per_sample", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.distribution = distributions.get(distribution)
        self._direction = "down"

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch: waveform `(B, T)`, parameters `(B, T, channels)`."""
        nats = self.distribution.negative_log_likelihood(y_true, y_pred)
        super().update_state(nats / math.log(2), sample_weight=sample_weight)

    def get_config(self):
        return {**super().get_config(), "distribution": self.distribution.get_config()}
