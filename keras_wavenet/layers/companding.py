"""Compandings: the ways in which samples become codes, by name.

A companding is one entry of `COMPANDINGS`. All that has codes, the categorical
distribution, the inputs of a network and the compiled engine, finds it there.
"""

import typing
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode
from keras_wavenet.layers.mu_law_conventions import CONVENTIONS
from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor

MU_LAW = "mu_law"


@dataclass(frozen=True)
class Companding:
    """One way to quantize samples.

    Attributes:
        encode: Function from samples, floats of any shape, and the number of codes to
            int32 codes of the same shape, from 0 to the number less one. It clips
            samples to [-1, 1], and rises with them. A NumPy array is encoded by NumPy,
            anything else by the Keras backend.
        decode: Function from codes and their number to float32 samples in [-1, 1],
            likewise. `encode(decode(code)) == code` for every code.
        edges: Function from the number of codes to the least sample of each code but
            the first: float32 `(levels - 1,)`, rising.
        words: What the codes are called: `"mu-law codes"`.
        evenly_spaced: Whether all neighboring codes are equally far apart.
        extra_steps: What `steps` are more than the number of codes, -1 or 0.
    """

    encode: Callable[[Tensor, int], Tensor]
    decode: Callable[[Tensor, int], Tensor]
    edges: Callable[[int], np.ndarray]
    words: str
    evenly_spaced: bool = False
    extra_steps: int = -1

    def steps(self, levels: int) -> int:
        """Steps from -1 to 1: as a scalar input, a code is `2 code / steps - 1`."""
        return levels + self.extra_steps


def _between(decode):
    """Edges of a companding that rounds to the nearest code: halfway to the next."""
    return lambda levels: decode(np.arange(1, levels) - 0.5, levels)


COMPANDINGS = {
    MU_LAW: Companding(
        mu_law_encode, mu_law_decode, _between(mu_law_decode), "mu-law codes"
    ),
    "linear": Companding(
        linear_encode,
        linear_decode,
        _between(linear_decode),
        "evenly spaced codes",
        evenly_spaced=True,
    ),
    **{
        name: Companding(
            one.encode,
            one.decode,
            one.edges,
            "evenly spaced codes" if one.is_linear else "mu-law codes",
            evenly_spaced=one.is_linear,
            extra_steps=one.extra_decoded_steps,
        )
        for name, one in CONVENTIONS.items()
    },
}


def get(name: str) -> Companding:
    """The companding of a name.

    Raises:
        ValueError: If there is none of that name.
    """
    checks.one_of(tuple(COMPANDINGS), companding=name)
    return COMPANDINGS[name]


@keras.saving.register_keras_serializable(package="keras_wavenet")
class CodeEncoding(keras.layers.Layer):
    """Encode a waveform as codes of any companding, as `MuLawEncoding` does for mu-law.

    Runs in float32 whatever the dtype policy.

    Args:
        levels: Number of codes, 2 to 65536.
        companding: Name of a companding.

    Call arguments:
        waveform: Float tensor of any shape, samples in [-1, 1].

    Returns:
        int32 tensor of the same shape, codes in [0, levels - 1].

    Raises:
        ValueError: If `levels` is out of range, or there is no such companding.

    Example:
        `CodeEncoding(256, "linear")(numpy.array([-1.0, 0.0, 1.0]))` holds
        `[0, 128, 255]`.
    """

    def __init__(
        self, levels: int = 256, companding: str = MU_LAW, **kwargs: typing.Any
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.levels = checks.levels(levels)
        self.companding = companding
        self._encode = get(companding).encode

    def call(self, waveform):
        return self._encode(waveform, self.levels)

    def compute_output_spec(self, waveform: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(waveform.shape, dtype="int32")

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "levels": self.levels,
            "companding": self.companding,
        }
