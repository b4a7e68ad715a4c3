"""A Gaussian over 16-bit levels, as in ClariNet, or a mixture of them."""

import math

from keras import ops

from keras_wavenet.distributions import normal
from keras_wavenet.distributions.linear_levels import linear_decode
from keras_wavenet.distributions.mixture import Mixture


class Gaussian(Mixture):
    """Gaussian curves, cut into the bins of 65,536 levels.

    A single one has two channels, mean and logarithm of the standard deviation, and
    needs one uniform number for each sample; otherwise channels, bins, temperature and
    errors are those of `Mixture`. ClariNet's loss is the density instead: add
    `log(levels / 2)`, 10.4 nats, to it to compare.

    Args:
        components: Number of curves, 1 to 64.
        levels: Number of evenly spaced levels, 2 to 65536.
        min_log_scale: From -35 to 0. The cost of a surprise grows with the square of
            its distance in scales: -7, as in ClariNet, or 30 of the 16-bit levels,
            keeps a click in silence from costing more than all else.

    References:
        - Ping et al., ClariNet (arXiv 1807.07281), section 3.1.
    """

    name = "gaussian"

    def __init__(self, components=1, levels=65536, min_log_scale=-7.0):
        super().__init__(components, levels, min_log_scale)

    @property
    def channels(self):
        return 2 if self.components == 1 else super().channels

    @property
    def uniforms_per_sample(self):
        return 1 if self.components == 1 else super().uniforms_per_sample

    def _checked(self, parameters):
        """A single curve is a mixture whose weight is one: its logit is left out."""
        parameters = super()._checked(parameters)
        if self.components > 1:
            return parameters
        logit = ops.zeros_like(parameters[..., :1])
        return ops.concatenate([logit, parameters], axis=-1)

    def _log_mass(self, codes, levels, means, log_scales):
        per_scale = ops.exp(-log_scales)
        centre = (linear_decode(codes, levels) - means) * per_scale
        half_width = per_scale / levels
        log_width = math.log(2 / levels) - log_scales
        inside = normal.log_interval(centre, half_width, log_width)
        lowest = normal.log_tail(-(centre + half_width))
        highest = normal.log_tail(centre - half_width)
        inside = ops.where(codes < levels - 1, inside, highest)
        return ops.where(codes > 0, inside, lowest)

    def quantile(self, uniforms):
        return normal.quantile(uniforms)
