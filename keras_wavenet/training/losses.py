"""The loss of a network whose outputs are a distribution."""

from typing import Any

import keras
from keras import ops

from keras_wavenet import distributions
from keras_wavenet.utils.tensor import Tensor


@keras.saving.register_keras_serializable(package="keras_wavenet")
class NegativeLogLikelihood(keras.losses.Loss):
    """Mean cost of a sample in nats, under the distribution that the network gives.

    The mean is over the weighted samples alone: padding never dilutes it.

    Args:
        distribution: Name, config or instance, as in `keras_wavenet.WaveNet`.
        reduction, name: As in `keras.losses.Loss`.

    Call arguments:
        y_true: Waveform, `(batch, time)`, samples in [-1, 1], or, where the
            distribution `has_codes`, integers, its codes.
        y_pred: Parameters of the distribution, `(batch, time, channels)`.
        sample_weight: Weights of samples, `(batch, time)`, or of waveforms, `(batch,)`
            or `(batch, 1)`.
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

    def __call__(self, y_true, y_pred, sample_weight=None):
        # Keras would make floats of codes, and would divide by the sum of the weights
        # without those that broadcasting repeats.
        y_true = as_waveform(self.distribution, y_true)
        weights = weights_of_samples(sample_weight, y_pred)
        return super().__call__(y_true, y_pred, weights)

    def call(self, y_true, y_pred):
        return self.distribution.negative_log_likelihood(y_true, y_pred)

    def get_config(self):
        return {**super().get_config(), "distribution": self.distribution.get_config()}


def check_loss(loss: Any) -> Any:
    """A loss for `compile`, if it is no name.

    Raises:
        ValueError: If it is one: losses of Keras by name compare no samples with the
            logits or parameters that a network gives.
    """
    if isinstance(loss, str):
        raise ValueError(
            "Leave `loss` out: it is that of the distribution. Or give an instance, "
            "such as keras.losses.SparseCategoricalCrossentropy(from_logits=True), for "
            f"codes as targets. Received: loss={loss!r}"
        )
    return loss


def check_mean_of_samples(loss: Any) -> None:
    """Refuse a loss that is not the mean over weighted samples.

    Raises:
        ValueError: If its parts can't be combined by the weights of their samples.
    """
    reduction = getattr(loss, "reduction", None)
    if reduction != "mean_with_sample_weight":
        raise ValueError(
            "On several devices of this backend the loss must be the mean over the "
            "weighted samples: leave `loss` out, or give it "
            f'reduction="mean_with_sample_weight". Received: reduction={reduction!r}'
        )


def as_waveform(distribution: distributions.Distribution, targets: Any) -> Tensor:
    """Targets as float samples: integers are decoded.

    Raises:
        ValueError: If they are integers, and the distribution does not take codes.
    """
    # `train_on_batch` hands on arrays as they come.
    targets = ops.convert_to_tensor(targets)
    shape = _known_shape(targets)
    if shape is not None and len(shape) != 2:
        raise ValueError(
            "Targets must have shape (batch, samples): a waveform or its codes, not "
            f"one-hot. Received: shape={shape}"
        )
    dtype = keras.backend.standardize_dtype(targets.dtype)
    if keras.backend.is_float_dtype(dtype):
        return targets
    if not distribution.has_codes:
        raise ValueError(
            "Targets must be float samples in [-1, 1] for the distribution "
            f"{distribution.name!r}. Received: dtype={dtype}"
        )
    return distribution.decode(targets)


def weights_of_samples(weights: Any, outputs: Tensor) -> Tensor | None:
    """A weight for each position of a sequence of outputs.

    Args:
        weights: `None`, or `(B,)`, `(B, 1)` or `(B, T)`.
        outputs: `(B, T, channels)`.

    Returns:
        float32 tensor, `(B, T)`, or `None`.

    Raises:
        ValueError: If the weights have another shape.
    """
    if weights is None:
        return None
    weights = ops.convert_to_tensor(weights, dtype="float32")
    outputs = ops.convert_to_tensor(outputs)
    shape = _known_shape(weights)
    if shape is None:
        weights = ops.reshape(weights, (ops.shape(outputs)[0], -1))
    elif not _broadcasts(shape if len(shape) != 1 else (*shape, 1), outputs.shape[:-1]):
        raise ValueError(
            "`sample_weight` must have shape (batch,), (batch, 1) or (batch, samples). "
            f"Received: {shape} for outputs of shape {tuple(outputs.shape)}"
        )
    elif len(shape) == 1:
        weights = ops.expand_dims(weights, 1)
    return weights * ops.ones_like(outputs[..., 0], dtype="float32")


def _known_shape(tensor):
    """The shape; `None` in TensorFlow's graphs of batches of several ranks."""
    try:
        return tuple(tensor.shape)
    except ValueError:
        return None


def _broadcasts(shape, wanted):
    return len(shape) == len(wanted) and all(
        size in (1, other, None) or other is None
        for size, other in zip(shape, wanted, strict=True)
    )
