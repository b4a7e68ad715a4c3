"""A mixture of logistic distributions over 16-bit levels, after PixelCNN++."""

from keras import ops

from keras_wavenet.distributions.linear_levels import linear_decode
from keras_wavenet.distributions.mixture import Mixture


class LogisticMixture(Mixture):
    """Logistic curves, cut into the bins of 65,536 levels.

    Channels, bins, temperature and errors are those of `Mixture`. The tails fall only
    exponentially: a surprise costs in proportion to its size, and small scales are
    safe.

    Args:
        components: Number of curves, 1 to 64; 10 in the papers.
        levels: Number of evenly spaced levels, 2 to 65536.
        min_log_scale: From -35 to 0; -16, as in r9y9's vocoder, lets a curve disappear
            in one bin of 16 bits.

    References:
        - Salimans et al., PixelCNN++ (arXiv 1701.05517), section 2.1.
        - van den Oord et al., Parallel WaveNet (arXiv 1711.10433), section 2.1.
    """

    name = "logistic_mixture"

    def __init__(self, components=10, levels=65536, min_log_scale=-16.0):
        super().__init__(components, levels, min_log_scale)

    def _log_mass(self, codes, levels, means, log_scales):
        """With sigmoid S, `S(a) - S(b) = S(a) S(-b) (1 - exp(b - a))`: no digit lost.

        The lowest bin has no lower edge b, the highest no upper edge a, and there the
        factors that depend on it are 1.
        """
        centre = linear_decode(codes, levels)
        per_scale = ops.exp(-log_scales)
        to_upper = (centre + 1 / levels - means) * per_scale
        to_lower = (centre - 1 / levels - means) * per_scale
        has_upper = ops.cast(codes < levels - 1, "float32")
        has_lower = ops.cast(codes > 0, "float32")
        both = ops.log(-ops.expm1(-2 / levels * per_scale))
        return (
            has_upper * has_lower * both
            - has_upper * ops.softplus(-to_upper)
            - has_lower * ops.softplus(to_lower)
        )

    def quantile(self, uniforms):
        uniforms = ops.maximum(uniforms, 2.0**-25)
        return ops.log(uniforms) - ops.log1p(-uniforms)
