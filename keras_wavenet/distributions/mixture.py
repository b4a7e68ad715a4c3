"""Mixtures with weights, means and scales over evenly spaced levels."""

import abc
import numbers

import numpy as np
from keras import ops

from keras_wavenet.distributions.bins import Bins, bins_of_16_bit, even_bins
from keras_wavenet.distributions.distribution import Distribution, draw
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.layers.mu_law import mu_law_compress, mu_law_expand
from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor

MOST_COMPONENTS = 64
MOST_MU = 65536
LEAST_LOG_SCALE = -35.0
# Means and scales are clipped to these, so that no square of a distance overflows in
# float32, down to the least scale.
MOST_MEAN = 1e3
MOST_LOG_SCALE = 30.0


class Mixture(Distribution):
    """A mixture of densities, integrated over the bin of each level.

    The probability of a level is the difference of the cumulative distribution between
    the edges of its bin; the first and the last bin are unbounded. The probabilities of
    all levels sum to one, and the loss is never below zero, as that of a density may
    be. For bins that are narrow compared with a scale, the loss is
    `-log density(x) - log(2 / levels)`.

    The parameters are, in this order, the logits of the components' weights, their
    means, and the logarithms of their scales.

    Samples are drawn from the densities, not rounded to levels, and clipped to [-1, 1];
    a temperature divides the logits and multiplies the scales.

    With `mu` all this is about `f(x)`, the sample after mu-law companding without
    rounding, which gives quiet samples more of the line: levels are evenly spaced
    there, and what is drawn is expanded. The waveforms of all methods remain audio.

    Args:
        components: Number of components, 1 to 64.
        levels: Number of evenly spaced levels, 2 to 65536; see `linear_levels.py`.
        min_log_scale: From -35 to 0; lower log scales are clipped to it.
        mu: `None`, or that of the companding, 1 to 65536, such as 255.

    Raises:
        ValueError: If an argument is out of range.
    """

    uniforms_per_sample = 2
    compiled_sampling = "location_scale"
    left_out = {"mu": None}

    def __init__(
        self,
        components: int,
        levels: int,
        min_log_scale: float,
        mu: int | None = None,
    ) -> None:
        super().__init__(levels)
        checks.within(1, MOST_COMPONENTS, components=components)
        self.components = int(components)
        self.min_log_scale = _checked_log_scale(min_log_scale)
        if mu is not None:
            checks.within(1, MOST_MU, mu=mu)
        self.mu = mu

    @property
    def evenly_spaced(self) -> bool:
        return self.mu is None

    @property
    def has_location_and_scale(self) -> bool:
        return self.mu is None

    @property
    def channels(self) -> int:
        return 3 * self.components

    def encode(self, waveform: Tensor) -> Tensor:
        if self.mu is not None:
            waveform = mu_law_compress(_as_float32(waveform), self.mu)
        return linear_encode(waveform, self.levels)

    def decode(self, codes: Tensor) -> Tensor:
        return self._expanded(linear_decode(codes, self.levels))

    def _expanded(self, values):
        """The samples of values on the line of the densities."""
        return values if self.mu is None else mu_law_expand(values, self.mu)

    def negative_log_likelihood(self, waveform: Tensor, parameters: Tensor) -> Tensor:
        bins = even_bins(self.encode(waveform)[..., None], self.levels)
        return -self._log_probability(bins, parameters)

    def negative_log_likelihood_16_bit(
        self, waveform: Tensor, parameters: Tensor
    ) -> Tensor:
        return -self._log_probability(bins_of_16_bit(waveform, self.mu), parameters)

    def probabilities(self, parameters: Tensor) -> Tensor:
        log_weights, means, log_scales = self._split(parameters)
        bins = even_bins(ops.arange(self.levels, dtype="int32"), self.levels)
        total = 0.0
        for one in range(self.components):  # one by one, to need less memory
            mean, log_scale = means[..., one, None], log_scales[..., one, None]
            log_mass = self._log_mass(bins, mean, log_scale)
            total = total + ops.exp(log_weights[..., one, None] + log_mass)
        return total

    def mode(self, parameters: Tensor) -> Tensor:
        """The mean of a component at which the mixture is most probable.

        Args:
            parameters: Outputs of the network, `(batch, channels)`.

        Returns:
            float32 tensor, `(batch,)`, samples in [-1, 1].
        """
        _, means, _ = self._split(parameters)
        means = ops.clip(means, -1.0, 1.0)  # (B, K)
        bins = even_bins(linear_encode(means, self.levels)[..., None], self.levels)
        log_probabilities = self._log_probability(bins, parameters[:, None])
        return self._expanded(_pick(means, ops.argmax(log_probabilities, axis=-1)))

    def sample(
        self,
        parameters: Tensor,
        uniforms: Tensor,
        temperature: float | Tensor = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> Tensor:
        log_weights, means, log_scales = self._split(parameters)
        log_weights = log_weights - ops.max(log_weights, axis=-1, keepdims=True)
        chosen = draw(ops.exp(log_weights / temperature), uniforms[:, :1])
        mean, log_scale = _pick(means, chosen), _pick(log_scales, chosen)
        spread = ops.exp(log_scale) * temperature
        sample = mean + spread * self.quantile(uniforms[:, -1])
        return self._expanded(ops.clip(sample, -1.0, 1.0))

    def get_config(self) -> dict:
        config = {
            "name": self.name,
            "components": self.components,
            "levels": self.levels,
            "min_log_scale": self.min_log_scale,
        }
        return config if self.mu is None else {**config, "mu": self.mu}

    def relocated(self, parameters: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        """The parameters of `location + scale * x`, where x has these parameters.

        Args:
            parameters: Outputs of the network, `(..., channels)`.
            location, scale: Float tensors, `(..., 1)`; the scale is positive.

        Returns:
            float32 tensor, `(..., channels)`.
        """
        logits, means, log_scales = self._parts(ops.cast(parameters, "float32"))
        moved = [location + scale * means, log_scales + ops.log(scale)]
        return ops.concatenate([*logits, *moved], axis=-1)

    def _parts(self, parameters):
        """A list of the logits, the means and the log scales, unchecked.

        The list is empty for a single component without a logit.
        """
        count = self.components
        return (
            [parameters[..., : -2 * count]] if self.channels > 2 * count else [],
            parameters[..., -2 * count : -count],
            parameters[..., -count:],
        )

    @abc.abstractmethod
    def _log_mass(self, bins: Bins, means, log_scales):
        """The log of the mass of a component in bins; all broadcast."""

    @abc.abstractmethod
    def quantile(self, uniforms: Tensor) -> Tensor:
        """The quantile function of a component with mean 0 and scale 1.

        Args:
            uniforms: float32 tensor or array of any shape, in [0, 1).

        Returns:
            float32 tensor of the same shape. The distributions of this package compute
            that of an array in float64, by NumPy: the same whatever the backend.
        """

    def _split(self, parameters):
        """Log weights, means and log scales, each `(..., components)`."""
        logits, means, log_scales = ops.split(self._checked(parameters), 3, axis=-1)
        return (
            ops.log_softmax(logits, axis=-1),
            ops.clip(means, -MOST_MEAN, MOST_MEAN),
            ops.clip(log_scales, self.min_log_scale, MOST_LOG_SCALE),
        )

    def _log_probability(self, bins, parameters):
        """The log probability of each bin; leading axes broadcast."""
        log_weights, means, log_scales = self._split(parameters)
        log_mass = self._log_mass(bins, means, log_scales)
        return ops.logsumexp(log_weights + log_mass, axis=-1)


def _pick(values, chosen):
    """One value of each row: `(batch, n)` and `(batch,)` to `(batch,)`."""
    return ops.take_along_axis(values, chosen[:, None], axis=-1)[:, 0]


def _as_float32(waveform):
    is_array = isinstance(waveform, np.ndarray)
    return waveform.astype("float32") if is_array else ops.cast(waveform, "float32")


def _checked_log_scale(value):
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not (number and LEAST_LOG_SCALE <= value <= 0):
        raise ValueError(
            f"`min_log_scale` must be a number from {LEAST_LOG_SCALE:.0f} to 0. "
            f"Received: min_log_scale={value!r}"
        )
    return float(value)
