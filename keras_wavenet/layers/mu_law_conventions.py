"""The mu-law codes of public WaveNets, which round otherwise than the paper's.

With `f(x) = sign(x) ln(1 + mu |x|) / ln(1 + mu)` all of them are

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
class MuLawConvention:
    """One way to round mu-law codes.

    `encode(decode(code)) == code` for every code, as generation needs it. Where the
    sample that a project decodes has another code by its own rounding, `decode` gives
    the nearest sample that has the code.

    Attributes:
        extra_mu: What mu is more than the number of codes: -1 or 0.
        extra_steps: What `steps` are more than the number of codes.
        shift: 0 rounds down, 0.5 to the nearest code.
        offset: Where a code is decoded, in steps above its number.
        extra_decoded_steps: What `decoded_steps` are more than the number of codes.
    """

    extra_mu: int = -1
    extra_steps: float = -1
    shift: float = 0.0
    offset: float = 0.0
    extra_decoded_steps: int = -1

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
    exact = _expanded(f, levels + convention.extra_mu)
    edges = exact.astype("float32")
    edges = np.where(edges < exact, np.nextafter(edges, np.float32(2)), edges)
    return np.minimum(edges, np.float32(1))


@functools.lru_cache(maxsize=16)
def _samples(convention, levels):
    """The sample of each code, float32 `(levels,)`."""
    steps = levels + convention.extra_decoded_steps
    f = 2 * (np.arange(levels) + convention.offset) / steps - 1
    samples = _expanded(f, levels + convention.extra_mu).astype("float32")
    edges, one = _edges(convention, levels), np.float32(1)
    last = np.append(np.nextafter(edges, -one), one)
    return np.clip(samples, np.append(-one, edges), last)


def _expanded(f, mu):
    """The samples of companded values, float64."""
    return np.sign(f) * np.expm1(np.abs(f) * np.log1p(mu)) / mu


CONVENTIONS = {
    "mu_law_r9y9": MuLawConvention(),
    "mu_law_r9y9_0.1": MuLawConvention(
        extra_mu=0, extra_steps=0, extra_decoded_steps=0
    ),
    "mu_law_vincentherrmann": MuLawConvention(extra_mu=0, extra_decoded_steps=0),
    "mu_law_s4": MuLawConvention(extra_steps=-0.01, shift=0.005, extra_decoded_steps=0),
    "mu_law_kan_bayashi": MuLawConvention(shift=0.5, offset=-0.5),
    "mu_law_nsynth": MuLawConvention(extra_steps=0, offset=0.5, extra_decoded_steps=0),
}
