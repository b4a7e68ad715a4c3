"""A softmax over mu-law codes (paper, section 2.2)."""

from keras import ops

from keras_wavenet.layers import checks
from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode


class Categorical:
    """The categorical distribution over mu-law codes.

    The network's outputs are logits, one for each code. Everything runs in float32.

    Args:
        levels: Number of mu-law codes, 2 to 65536. The paper uses 256.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.2.
    """

    name = "categorical"
    uniforms_per_sample = 1

    def __init__(self, levels=256):
        self.levels = checks.levels(levels)

    @property
    def channels(self):
        """Outputs of the network for each sample."""
        return self.levels

    def negative_log_likelihood(self, waveform, parameters):
        """Nats that it costs to say the code of each sample.

        Args:
            waveform: Float tensor, `(batch, time)`, samples in [-1, 1].
            parameters: Logits, `(batch, time, levels)`.

        Returns:
            float32 tensor, `(batch, time)`.
        """
        logits = ops.cast(parameters, "float32")
        codes = ops.expand_dims(mu_law_encode(waveform, self.levels), -1)
        chosen = ops.take_along_axis(logits, codes, axis=-1)[..., 0]
        return ops.logsumexp(logits, axis=-1) - chosen

    def probabilities(self, parameters):
        """The probability of each code: logits, `(..., levels)`, to float32 alike."""
        return ops.softmax(ops.cast(parameters, "float32"), axis=-1)

    def mode(self, parameters):
        """The most probable sample: `(batch, levels)` logits to `(batch,)` float32."""
        return mu_law_decode(ops.argmax(parameters, axis=-1), self.levels)

    def sample(self, parameters, uniforms, temperature=1.0, top_k=None, top_p=None):
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
        logits = ops.cast(parameters, "float32")
        logits = (logits - ops.max(logits, axis=-1, keepdims=True)) / temperature
        if top_k is not None and top_k < self.levels:
            least = ops.top_k(logits, top_k)[0][..., -1:]
            logits = ops.where(logits < least, -1e30, logits)
        probabilities = ops.softmax(logits, axis=-1)
        if top_p is not None and top_p < 1:
            falling = ops.flip(ops.sort(probabilities, axis=-1), axis=-1)
            before = ops.cumsum(falling, axis=-1) - falling
            kept = ops.where(before < top_p, falling, 1.0)
            least = ops.min(kept, axis=-1, keepdims=True)
            probabilities = ops.where(probabilities < least, 0.0, probabilities)
        cumulative = ops.cumsum(probabilities, axis=-1)
        below = cumulative <= uniforms * cumulative[..., -1:]
        codes = ops.sum(ops.cast(below, "int32"), axis=-1)
        return mu_law_decode(ops.minimum(codes, self.levels - 1), self.levels)

    def get_config(self):
        return {"name": self.name, "levels": self.levels}
