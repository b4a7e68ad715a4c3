"""A softmax over the codes of samples (paper, section 2.2)."""

import functools

import numpy as np
from keras import ops

from keras_wavenet.distributions.distribution import Distribution, draw
from keras_wavenet.layers import companding as compandings
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.utils import pcm
from keras_wavenet.utils.tensor import Tensor


class Categorical(Distribution):
    """The categorical distribution over the codes of samples.

    The parameters are logits, one for each code. Everything is computed in float32.

    Args:
        levels: Number of codes, 2 to 65536. The paper uses 256.
        companding: How samples become codes: `"mu_law"`, as in the paper, or
            `"linear"`, code k the sample `2 k / levels - 1`. Of 256, silence is code
            128 of both. The mu-law codes of public WaveNets are rounded otherwise:
            `"mu_law_r9y9"` and others of `keras_wavenet.layers.companding`.

    Raises:
        ValueError: If an argument is out of its range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.2.
    """

    name = "categorical"
    truncates = True
    has_codes = True
    compiled_sampling = "table"
    left_out = {"companding": compandings.MU_LAW}

    def __init__(self, levels: int = 256, companding: str = compandings.MU_LAW) -> None:
        super().__init__(levels)
        self.companding = companding
        self._companding = compandings.get(companding)

    @property
    def evenly_spaced(self) -> bool:
        return self._companding.evenly_spaced

    @property
    def code_words(self) -> str:
        """What the codes are called, in the plural."""
        return self._companding.words

    @property
    def channels(self) -> int:
        return self.levels

    def encode(self, waveform: Tensor) -> Tensor:
        return self._companding.encode(waveform, self.levels)

    def decode(self, codes: Tensor) -> Tensor:
        return self._companding.decode(codes, self.levels)

    def negative_log_likelihood(self, waveform: Tensor, parameters: Tensor) -> Tensor:
        """The negative log-likelihood of the code of each sample, in nats.

        Args:
            waveform: Float tensor, `(batch, time)`, samples in [-1, 1].
            parameters: Logits, `(batch, time, levels)`.

        Returns:
            float32 tensor, `(batch, time)`.
        """
        return self._code_cost(self.encode(waveform), parameters)

    def negative_log_likelihood_16_bit(
        self, waveform: Tensor, parameters: Tensor
    ) -> Tensor:
        """The negative log-likelihood of each sample rounded to 16 bits, in nats.

        The probability of a code is divided evenly among the 16-bit levels that have
        it. With more than about 660 mu-law codes some have no level; their probability
        is lost.

        Arguments and result are those of `negative_log_likelihood`.
        """
        codes = self.encode(linear_decode(linear_encode(waveform)))
        log_count = ops.take(_log_16_bit_levels(self.companding, self.levels), codes)
        return self._code_cost(codes, parameters) + log_count

    def _code_cost(self, codes, parameters):
        logits = self._checked(parameters)
        chosen = ops.take_along_axis(logits, codes[..., None], axis=-1)[..., 0]
        return ops.logsumexp(logits, axis=-1) - chosen

    def probabilities(self, parameters: Tensor) -> Tensor:
        """The probability of each code: `(..., levels)` logits to float32, same
        shape."""
        return ops.softmax(self._checked(parameters), axis=-1)

    def mode(self, parameters: Tensor) -> Tensor:
        """The most probable sample: `(batch, levels)` logits to `(batch,)` float32."""
        return self.decode(ops.argmax(self._checked(parameters), axis=-1))

    def sample(
        self,
        parameters: Tensor,
        uniforms: Tensor,
        temperature: float | Tensor = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> Tensor:
        """Draw a sample by the inverse of the cumulative distribution.

        Args:
            parameters: Logits, `(batch, levels)`.
            uniforms: float32 tensor, `(batch, 1)`, uniform noise in [0, 1).
            temperature: Positive number that divides the logits.
            top_k: Keep only the `top_k` most probable codes; `None` keeps all.
            top_p: Keep only the fewest codes that together reach the probability
                `top_p`, in (0, 1]; `None` keeps all.

        Returns:
            float32 tensor, `(batch,)`, samples in [-1, 1].
        """
        logits = self._checked(parameters)
        logits = (logits - ops.max(logits, axis=-1, keepdims=True)) / temperature
        if top_k is not None and top_k < self.levels:
            least = ops.top_k(logits, top_k)[0][..., -1:]
            logits = ops.where(logits < least, -1e30, logits)
        probabilities = ops.softmax(logits, axis=-1)
        if top_p is not None and top_p < 1:
            falling = ops.flip(ops.sort(probabilities, axis=-1), axis=-1)
            larger = ops.cumsum(falling, axis=-1) - falling  # sum of the larger ones
            kept = ops.where(larger < top_p, falling, 1.0)
            least = ops.min(kept, axis=-1, keepdims=True)
            probabilities = ops.where(probabilities < least, 0.0, probabilities)
        return self.decode(draw(probabilities, uniforms))

    def get_config(self) -> dict:
        config = {"name": self.name, "levels": self.levels}
        if self.companding != compandings.MU_LAW:
            config["companding"] = self.companding
        return config


@functools.lru_cache(maxsize=16)
def _log_16_bit_levels(companding, levels):
    """Log of the number of 16-bit levels that have each code, at least of 1."""
    samples = linear_decode(np.arange(pcm.LEVELS))
    codes = compandings.get(companding).encode(samples, levels)
    counts = np.bincount(codes, minlength=levels)
    return np.log(np.maximum(counts, 1)).astype("float32")
