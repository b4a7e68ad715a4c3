"""Mu-law companding: 256 logarithmically spaced codes (paper, eq. 2).

With mu = levels - 1, `f(x) = sign(x) ln(1 + mu |x|) / ln(1 + mu)` maps [-1, 1] to
itself, and a code is the number of the bin that contains `f`. Silence is code 128.
"""

import typing

import keras
import numpy as np
from keras import ops

from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor


def mu_law_compress(waveform: Tensor, mu: int) -> Tensor:
    """Compand samples, without rounding: `f(x)` above.

    Args:
        waveform: float32 tensor, or a float array in its own dtype, of any shape;
            samples beyond [-1, 1] are clipped.
        mu: At least 1; 255 for 256 codes.

    Returns:
        Array or tensor of the same shape and dtype, in [-1, 1].
    """
    xp = np if isinstance(waveform, np.ndarray) else ops
    magnitude = xp.log1p(mu * xp.minimum(xp.abs(waveform), 1.0)) / float(np.log1p(mu))
    return xp.sign(waveform) * magnitude


def mu_law_expand(companded: Tensor, mu: int) -> Tensor:
    """The samples of companded values: the inverse of `mu_law_compress`.

    Args:
        companded: Likewise, in [-1, 1].
        mu: Likewise.
    """
    xp = np if isinstance(companded, np.ndarray) else ops
    magnitude = xp.expm1(xp.abs(companded) * float(np.log1p(mu))) / mu
    return xp.sign(companded) * xp.minimum(magnitude, 1.0)  # rounding may exceed 1


def mu_law_encode(waveform: Tensor, levels: int = 256) -> Tensor:
    """Encode samples as mu-law codes.

    Args:
        waveform: Float array or tensor of any shape, samples; those beyond [-1, 1] are
            clipped. A NumPy array is encoded by NumPy, anything else by the Keras
            backend, with the same formula.
        levels: Number of codes, at least 2.

    Returns:
        int32 array or tensor of the same shape, codes in [0, levels - 1].
    """
    numpy_in = isinstance(waveform, np.ndarray)
    xp = np if numpy_in else ops
    mu = levels - 1
    x = waveform.astype("float32") if numpy_in else ops.cast(waveform, "float32")
    codes = xp.floor((mu_law_compress(x, mu) + 1) / 2 * mu + 0.5)
    return codes.astype("int32") if numpy_in else ops.cast(codes, "int32")


def mu_law_decode(codes: Tensor, levels: int = 256) -> Tensor:
    """Decode mu-law codes to the samples at the centers of their bins.

    Args:
        codes: Integer array or tensor of any shape, codes in [0, levels - 1]. A NumPy
            array is decoded by NumPy, anything else by the Keras backend.
        levels: Number of codes, at least 2.

    Returns:
        float32 array or tensor of the same shape, samples in [-1, 1].
        `mu_law_encode(mu_law_decode(codes)) == codes` for every code.
    """
    numpy_in = isinstance(codes, np.ndarray)
    mu = levels - 1
    codes = codes.astype("float32") if numpy_in else ops.cast(codes, "float32")
    return mu_law_expand(2 * codes / mu - 1, mu)


@keras.saving.register_keras_serializable(package="keras_wavenet")
class MuLawEncoding(keras.layers.Layer):
    """Encode a waveform as mu-law codes.

    Runs in float32 whatever the dtype policy: half precision puts a third of the
    samples into a wrong bin.

    Args:
        levels: Number of codes, 2 to 65536. The paper uses 256.

    Call arguments:
        waveform: Float tensor of any shape, samples in [-1, 1].

    Returns:
        int32 tensor of the same shape, codes in [0, levels - 1].

    Raises:
        ValueError: If `levels` is out of range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.2.

    Example:
        `MuLawEncoding()(numpy.array([-1.0, 0.0, 1.0]))` holds `[0, 128, 255]`.
    """

    def __init__(self, levels: int = 256, **kwargs: typing.Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.levels = checks.levels(levels)

    def call(self, waveform):
        return mu_law_encode(waveform, self.levels)

    def compute_output_spec(self, waveform: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(waveform.shape, dtype="int32")

    def get_config(self) -> dict:
        return {**super().get_config(), "levels": self.levels}


@keras.saving.register_keras_serializable(package="keras_wavenet")
class MuLawDecoding(keras.layers.Layer):
    """Decode mu-law codes to a waveform.

    Args:
        levels: Number of codes, 2 to 65536.

    Call arguments:
        codes: Integer tensor of any shape, codes in [0, levels - 1].

    Returns:
        float32 tensor of the same shape, samples in [-1, 1].

    Raises:
        ValueError: If `levels` is out of range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.2.
    """

    def __init__(self, levels: int = 256, **kwargs: typing.Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.levels = checks.levels(levels)

    def call(self, codes):
        return mu_law_decode(codes, self.levels)

    def compute_output_spec(self, codes: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(codes.shape, dtype="float32")

    def get_config(self) -> dict:
        return {**super().get_config(), "levels": self.levels}
