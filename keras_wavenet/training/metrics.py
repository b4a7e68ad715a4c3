"""Bits per sample, the metric by which models of raw audio are compared."""

import math

import keras

from keras_wavenet import distributions


@keras.saving.register_keras_serializable(package="keras_wavenet")
class BitsPerSample(keras.metrics.Mean):
    """Mean cost of a sample in bits: the negative log-likelihood to base 2.

    Bits are of the levels of the distribution: 8 bits code one of 256 mu-law codes, 16
    one of 65,536 levels. Models with other levels are compared by the latter.

    Args:
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`.
        name, dtype: As in `keras.metrics.Mean`.
        of_16_bit: Whether a sample is one of the 65,536 levels of 16-bit audio,
            whatever levels the distribution has; see
            `Distribution.negative_log_likelihood_16_bit`.
    """

    def __init__(
        self,
        distribution: str | dict | distributions.Distribution = "categorical",
        name: str = "bits_per_sample",
        dtype: str | None = None,
        of_16_bit=False,
    ):
        super().__init__(name=name, dtype=dtype)
        self.distribution = distributions.get(distribution)
        self.of_16_bit = of_16_bit
        self._direction = "down"

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch: waveform `(B, T)`, parameters `(B, T, channels)`."""
        if self.of_16_bit:
            cost = self.distribution.negative_log_likelihood_16_bit
        else:
            cost = self.distribution.negative_log_likelihood
        # `train_on_batch` hands on arrays as they come.
        nats = cost(keras.ops.convert_to_tensor(y_true), y_pred)
        super().update_state(nats / math.log(2), sample_weight=sample_weight)

    def get_config(self):
        return {
            **super().get_config(),
            "distribution": self.distribution.get_config(),
            "of_16_bit": self.of_16_bit,
        }
