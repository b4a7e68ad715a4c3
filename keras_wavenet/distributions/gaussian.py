"""A Gaussian over 16-bit levels, as in ClariNet, or a mixture of Gaussians."""

from keras import ops

from keras_wavenet.distributions import normal
from keras_wavenet.distributions.mixture import Mixture
from keras_wavenet.utils.tensor import Tensor


class Gaussian(Mixture):
    """A mixture of Gaussians, integrated over the bins of 65,536 levels.

    A single component has two channels, mean and logarithm of the standard deviation,
    and needs one uniform number for each sample; otherwise channels, bins, temperature
    and errors are those of `Mixture`. ClariNet's loss is the density instead: add
    `log(levels / 2)`, 10.4 nats, to it to compare.

    Args:
        components: Number of Gaussians, 1 to 64.
        levels: Number of evenly spaced levels, 2 to 65536.
        min_log_scale: From -35 to 0. The loss grows with the square of the distance
            in scales: at -7, as in ClariNet, or 30 of the 16-bit levels, a click in
            silence does not dominate it.
        mu: As in `Mixture`.

    References:
        - Ping et al., ClariNet (arXiv 1807.07281), section 3.1.
    """

    name = "gaussian"

    def __init__(
        self,
        components: int = 1,
        levels: int = 65536,
        min_log_scale: float = -7.0,
        mu: int | None = None,
    ) -> None:
        super().__init__(components, levels, min_log_scale, mu)

    @property
    def channels(self) -> int:
        return 2 if self.components == 1 else super().channels

    @property
    def uniforms_per_sample(self) -> int:
        return 1 if self.components == 1 else super().uniforms_per_sample

    def _checked(self, parameters):
        """A single component has no logit: a zero is put in its place."""
        parameters = super()._checked(parameters)
        if self.components > 1:
            return parameters
        logit = ops.zeros_like(parameters[..., :1])
        return ops.concatenate([logit, parameters], axis=-1)

    def _log_mass(self, bins, means, log_scales):
        per_scale = ops.exp(-log_scales)
        center = (bins.center - means) * per_scale
        half_width = per_scale * bins.half_width
        log_width = bins.log_width - log_scales
        inside = normal.log_interval(center, half_width, log_width)
        first_bin = normal.log_tail(-(center + half_width))
        last_bin = normal.log_tail(center - half_width)
        inside = ops.where(bins.is_last, last_bin, inside)
        return ops.where(bins.is_first, first_bin, inside)

    def quantile(self, uniforms: Tensor) -> Tensor:
        return normal.quantile(uniforms)
