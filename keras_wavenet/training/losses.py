"""The loss of a network whose outputs are a distribution."""

import keras

from keras_wavenet import distributions


@keras.saving.register_keras_serializable(package="keras_wavenet")
class NegativeLogLikelihood(keras.losses.Loss):
    """Mean cost of a sample in nats, under the distribution that the network gives.

    The mean is over the weighted samples alone: padding never dilutes it.

    Args:
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`.
        reduction, name: As in `keras.losses.Loss`.

    Call arguments:
        y_true: Waveform, `(batch, time)`, samples in [-1, 1].
        y_pred: Parameters of the distribution, `(batch, time, channels)`.
    """

    def __init__(
        self,
        distribution: str | dict | distributions.Distribution = "categorical",
        reduction: str = "mean_with_sample_weight",
        name: str = "negative_log_likelihood",
        **kwargs,
    ):
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.distribution = distributions.get(distribution)

    def call(self, y_true, y_pred):
        return self.distribution.negative_log_likelihood(y_true, y_pred)

    def get_config(self):
        return {**super().get_config(), "distribution": self.distribution.get_config()}
