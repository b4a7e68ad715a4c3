"""A mixture of logistic distributions over 16-bit levels, after PixelCNN++."""

import numpy as np
from keras import ops

from keras_wavenet.distributions.mixture import Mixture
from keras_wavenet.utils.tensor import Tensor


class LogisticMixture(Mixture):
    """A mixture of logistics, integrated over the bins of 65,536 levels.

    Channels, bins, temperature and errors are those of `Mixture`. The tails fall only
    exponentially: the loss grows linearly with the distance, and small scales are safe.

    Args:
        components: Number of logistics, 1 to 64; 10 in the papers.
        levels: Number of evenly spaced levels, 2 to 65536.
        min_log_scale: From -35 to 0; at -16, as in r9y9's vocoder, a component lies
            within one bin of 16 bits.
        mu: As in `Mixture`.

    References:
        - Salimans et al., PixelCNN++ (arXiv 1701.05517), section 2.1.
        - van den Oord et al., Parallel WaveNet (arXiv 1711.10433), section 2.1.
    """

    name = "logistic_mixture"

    def __init__(
        self,
        components: int = 10,
        levels: int = 65536,
        min_log_scale: float = -16.0,
        mu: int | None = None,
    ) -> None:
        super().__init__(components, levels, min_log_scale, mu)

    def _log_mass(self, bins, means, log_scales):
        """With sigmoid S, `S(a) - S(b) = S(a) S(-b) (1 - exp(b - a))` is exact.

        The first bin has no lower edge b, the last no upper edge a; there the factors
        that depend on it are 1.
        """
        per_scale = ops.exp(-log_scales)
        to_upper = (bins.center + bins.half_width - means) * per_scale
        to_lower = (bins.center - bins.half_width - means) * per_scale
        has_upper = 1 - ops.cast(bins.is_last, "float32")
        has_lower = 1 - ops.cast(bins.is_first, "float32")
        both = ops.log(-ops.expm1(-2 * bins.half_width * per_scale))
        return (
            has_upper * has_lower * both
            - has_upper * ops.softplus(-to_upper)
            - has_lower * ops.softplus(to_lower)
        )

    def quantile(self, uniforms: Tensor) -> Tensor:
        if isinstance(uniforms, np.ndarray):
            uniforms = np.maximum(uniforms.astype("float64"), 2.0**-25)
            return (np.log(uniforms) - np.log1p(-uniforms)).astype("float32")
        uniforms = ops.maximum(uniforms, 2.0**-25)
        return ops.log(uniforms) - ops.log1p(-uniforms)
