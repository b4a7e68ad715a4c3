"""The interface of output distributions."""

import abc
from collections.abc import Mapping
from typing import Any

from keras import ops

from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor


class Distribution(abc.ABC):
    """The distribution of the next sample, whose parameters the network computes.

    A sample has one of `levels` codes, each of which has a probability. The loss is the
    negative log-likelihood of the code, in nats. It does not compare between mu-law
    codes and the 65,536 levels of 16-bit audio; `negative_log_likelihood_16_bit` does,
    for all distributions.

    Everything is computed in float32, whatever the dtype of the parameters.

    Args:
        levels: Number of codes, 2 to 65536.

    Attributes:
        name: The name in configs and presets.
        channels: Outputs of the network for each sample.
        uniforms_per_sample: Uniform random numbers for each drawn sample.
        truncates: Whether `sample` supports `top_k` and `top_p`.
        has_codes: Whether targets may be codes, integers from 0 to `levels - 1`.
        evenly_spaced: Whether all neighboring codes are equally far apart.
        has_location_and_scale: Whether there is a method `relocated`, see `Mixture`.
        compiled_sampling: How the compiled CPU engine draws a sample: `"table"`, a code
            by its logit, decoded by `decode`; `"location_scale"`, as `Mixture`; `None`
            if it cannot: `sample` is then called by the engine of the backend.
        left_out: Arguments that `get_config` leaves out at their default, with it:
            those that configs of earlier versions do not have.
    """

    name: str
    uniforms_per_sample = 1
    truncates = False
    has_codes = False
    evenly_spaced = False
    has_location_and_scale = False
    compiled_sampling: str | None = None
    left_out: Mapping[str, Any] = {}

    def __init__(self, levels: int) -> None:
        self.levels = checks.levels(levels)

    @property
    @abc.abstractmethod
    def channels(self) -> int:
        """Outputs of the network for each sample."""

    @abc.abstractmethod
    def encode(self, waveform: Tensor) -> Tensor:
        """The codes of samples: floats in [-1, 1] to int32 of the same shape.

        A NumPy array is encoded by NumPy, anything else by the Keras backend.
        """

    @abc.abstractmethod
    def decode(self, codes: Tensor) -> Tensor:
        """The samples of codes: integers to float32 of the same shape, in [-1, 1].

        A NumPy array is decoded by NumPy, anything else by the Keras backend.
        """

    @abc.abstractmethod
    def negative_log_likelihood(self, waveform: Tensor, parameters: Tensor) -> Tensor:
        """The negative log-likelihood of the code of each sample, in nats.

        Args:
            waveform: Float tensor, `(batch, time)`, samples in [-1, 1].
            parameters: Outputs of the network, `(batch, time, channels)`.

        Returns:
            float32 tensor, `(batch, time)`.

        Raises:
            ValueError: If the parameters have another number of channels.
        """

    @abc.abstractmethod
    def negative_log_likelihood_16_bit(
        self, waveform: Tensor, parameters: Tensor
    ) -> Tensor:
        """The negative log-likelihood of each sample rounded to 16 bits, in nats.

        The 65,536 levels are the 16-bit integers divided by 32768. It is comparable
        between all distributions.

        Arguments, result and errors are those of `negative_log_likelihood`.
        """

    @abc.abstractmethod
    def probabilities(self, parameters: Tensor) -> Tensor:
        """The probability of each code.

        Args:
            parameters: Outputs of the network, `(..., channels)`.

        Returns:
            float32 tensor, `(..., levels)`, the last axis summing to one.
        """

    @abc.abstractmethod
    def mode(self, parameters: Tensor) -> Tensor:
        """The most probable sample: `(batch, channels)` to `(batch,)` float32."""

    @abc.abstractmethod
    def sample(
        self,
        parameters: Tensor,
        uniforms: Tensor,
        temperature: float | Tensor = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> Tensor:
        """Draw a sample.

        Args:
            parameters: Outputs of the network, `(batch, channels)`.
            uniforms: float32 tensor, `(batch, uniforms_per_sample)`, uniform noise in
                [0, 1).
            temperature: Positive number; below 1 sharpens, above 1 flattens.
            top_k, top_p: See `Sampling`; `None` unless `truncates` is true.

        Returns:
            float32 tensor, `(batch,)`, samples in [-1, 1].
        """

    @abc.abstractmethod
    def get_config(self) -> dict:
        """The name and the arguments, for `keras_wavenet.distributions.get`."""

    def _checked(self, parameters):
        """The parameters in float32; raises ValueError for a wrong channel count."""
        received = parameters.shape[-1] if len(parameters.shape) else 0
        if received not in (self.channels, None):  # TensorFlow: not known yet
            raise ValueError(
                f"The parameters of {self} must have {self.channels} channels on the "
                "last axis. Build the model with this distribution, or use that of "
                f"the model. Received: shape={tuple(parameters.shape)}"
            )
        return ops.cast(parameters, "float32")

    def __str__(self) -> str:
        """Name, levels and the other arguments, in words."""
        config = self.get_config()
        first = f"{config.pop('name')}, {config.pop('levels')} levels"
        return ", ".join([first, *(f"{key} {config[key]}" for key in config)])


def draw(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """Draw one of n outcomes by the inverse of the cumulative distribution.

    Args:
        probabilities: float32 tensor, `(batch, n)`, at least 0; the sum of a row
            need not be one.
        uniforms: float32 tensor, `(batch, 1)`, in [0, 1).

    Returns:
        int32 tensor, `(batch,)`, in [0, n - 1].
    """
    cumulative = ops.cumsum(probabilities, axis=-1)
    below = cumulative <= uniforms * cumulative[..., -1:]
    numbers = ops.sum(ops.cast(below, "int32"), axis=-1)
    return ops.minimum(numbers, probabilities.shape[-1] - 1)
