"""The codes of public WaveNets, which round otherwise than the paper's.

With `f(x) = sign(x) ln(1 + mu |x|) / ln(1 + mu)`, of linear codes `f(x) = x`, they are

    code = floor((f + 1) / 2 * steps + shift)
    f of a decoded code = 2 (code + offset) / decoded_steps - 1

Samples and codes are compared with a table of the edges of all codes, so that every
backend gives the same code of a sample, that of the formula without rounding.
"""

import functools
from dataclasses import dataclass

import numpy as np
from keras import ops

from keras_wavenet.utils.tensor import Tensor


@dataclass(frozen=True)
class Convention:
    """One way to round codes.

    `encode(decode(code)) == code` for every code, as generation needs it. Where the
    sample that a project decodes has another code by its own rounding, `decode` gives
    the nearest sample that has the code.

    Attributes:
        extra_mu: What mu is more than the number of codes: -1 or 0.
        extra_steps: What `steps` are more than the number of codes.
        shift: 0 rounds down, 0.5 to the nearest code.
        offset: Where a code is decoded, in steps above its number.
        extra_decoded_steps: What `decoded_steps` are more than the number of codes.
        is_linear: Whether `f(x) = x`.
        has_zero: Whether the code of 0.0 is decoded as 0.0, unlike the others.
    """

    extra_mu: int = -1
    extra_steps: float = -1
    shift: float = 0.0
    offset: float = 0.0
    extra_decoded_steps: int = -1
    is_linear: bool = False
    has_zero: bool = False

    def encode(self, waveform: Tensor, levels: int = 256) -> Tensor:
        """The codes of samples; arguments and result as in `Companding.encode`."""
        edges = self.edges(levels)
        if isinstance(waveform, np.ndarray):
            codes = np.searchsorted(edges, waveform.astype("float32"), side="right")
            return codes.astype("int32")
        waveform = ops.cast(waveform, "float32")
        flat = ops.reshape(waveform, (-1,))
        codes = ops.searchsorted(ops.convert_to_tensor(edges), flat, side="right")
        return ops.cast(ops.reshape(codes, ops.shape(waveform)), "int32")

    def decode(self, codes: Tensor, levels: int = 256) -> Tensor:
        """The samples of codes; arguments and result as in `Companding.decode`."""
        samples = _samples(self, levels)
        if isinstance(codes, np.ndarray):
            return samples[codes]
        return ops.take(ops.convert_to_tensor(samples), codes, axis=0)

    def edges(self, levels: int) -> np.ndarray:
        """The least sample of each code but the first, float32 `(levels - 1,)`."""
        return _edges(self, levels)


@functools.lru_cache(maxsize=16)
def _edges(convention, levels):
    steps = levels + convention.extra_steps
    f = 2 * (np.arange(1, levels) - convention.shift) / steps - 1
    f = np.round(f, 14)  # an edge at 0.0 is that of silence
    exact = _expanded(convention, f, levels)
    edges = exact.astype("float32")
    edges = np.where(edges < exact, np.nextafter(edges, np.float32(2)), edges)
    return np.minimum(edges, np.float32(1))


@functools.lru_cache(maxsize=16)
def _samples(convention, levels):
    """The sample of each code, float32 `(levels,)`."""
    steps = levels + convention.extra_decoded_steps
    f = 2 * (np.arange(levels) + convention.offset) / steps - 1
    samples = _expanded(convention, f, levels).astype("float32")
    if convention.has_zero:
        samples[levels // 2] = 0
    edges, one = _edges(convention, levels), np.float32(1)
    last = np.append(np.nextafter(edges, -one), one)
    return np.clip(samples, np.append(-one, edges), last)


def _expanded(convention, f, levels):
    """The samples of companded values, float64."""
    if convention.is_linear:
        return f
    mu = levels + convention.extra_mu
    return np.sign(f) * np.expm1(np.abs(f) * np.log1p(mu)) / mu


CONVENTIONS = {
    "mu_law_r9y9": Convention(),
    "mu_law_r9y9_0.1": Convention(extra_mu=0, extra_steps=0, extra_decoded_steps=0),
    "mu_law_vincentherrmann": Convention(extra_mu=0, extra_decoded_steps=0),
    "mu_law_s4": Convention(extra_steps=-0.01, shift=0.005, extra_decoded_steps=0),
    "mu_law_kan_bayashi": Convention(shift=0.5, offset=-0.5),
    "mu_law_nsynth": Convention(
        extra_steps=0, offset=0.5, extra_decoded_steps=0, has_zero=True
    ),
    "linear_s4": Convention(
        extra_steps=-0.01, shift=0.005, extra_decoded_steps=0, is_linear=True
    ),
}
