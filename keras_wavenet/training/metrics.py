"""Metrics: bits per sample, by which models of raw audio are compared, and accuracy."""

import math
from typing import Any

import keras
from keras import ops

from keras_wavenet import distributions
from keras_wavenet.training.losses import as_waveform, weights_of_samples


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
        """Count a batch: waveform or codes `(B, T)`, parameters `(B, T, channels)`."""
        if self.of_16_bit:
            cost = self.distribution.negative_log_likelihood_16_bit
        else:
            cost = self.distribution.negative_log_likelihood
        nats = cost(as_waveform(self.distribution, y_true), y_pred)
        weights = weights_of_samples(sample_weight, y_pred)
        super().update_state(nats / math.log(2), sample_weight=weights)

    def get_config(self):
        return {
            **super().get_config(),
            "distribution": self.distribution.get_config(),
            "of_16_bit": self.of_16_bit,
        }


@keras.saving.register_keras_serializable(package="keras_wavenet")
class CodeAccuracy(keras.metrics.Mean):
    """Share of the samples whose code is that of the most probable sample.

    A neighboring code counts as wrong, though it sounds the same: compare models by
    `BitsPerSample`.

    Args:
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`.
        name, dtype: As in `keras.metrics.Mean`.
    """

    def __init__(
        self,
        distribution: str | dict | distributions.Distribution = "categorical",
        name: str = "accuracy",
        dtype: str | None = None,
    ):
        super().__init__(name=name, dtype=dtype)
        self.distribution = distributions.get(distribution)
        self._direction = "up"

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch: waveform or codes `(B, T)`, parameters `(B, T, channels)`."""
        codes = self.distribution.encode(as_waveform(self.distribution, y_true))
        y_pred = ops.convert_to_tensor(y_pred)
        modes = self.distribution.mode(ops.reshape(y_pred, (-1, y_pred.shape[-1])))
        expected = self.distribution.encode(ops.reshape(modes, ops.shape(codes)))
        hits = ops.cast(ops.equal(codes, expected), "float32")
        weights = weights_of_samples(sample_weight, y_pred)
        super().update_state(hits, sample_weight=weights)

    def get_config(self):
        return {
            **super().get_config(),
            "distribution": self.distribution.get_config(),
        }


def with_named(metrics: Any, distribution: distributions.Distribution) -> Any:
    """Metrics, as `compile` takes them, with instances in place of names.

    Raises:
        ValueError: If a name is not that of accuracy: metrics of Keras compare no
            samples with distributions.
    """

    def named(metric):
        if not isinstance(metric, str):
            return metric
        if metric in ("accuracy", "acc"):
            return CodeAccuracy(distribution, name=metric)
        raise ValueError(
            "A metric of a WaveNet compares samples with a distribution. Give "
            '"accuracy", or an instance, such as `training.BitsPerSample(model.'
            f"distribution)`. Received: {metric!r}"
        )

    return keras.tree.map_structure(named, metrics)


def sparse_name(*objectives: Any) -> str | None:
    """The name of a loss or metric of Keras that takes integers; None if none does."""
    names = (getattr(one, "name", "") for one in keras.tree.flatten(objectives))
    return next((name for name in names if str(name).startswith("sparse_")), None)
