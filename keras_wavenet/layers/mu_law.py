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
    magnitude = xp.log1p(mu * xp.minimum(xp.abs(x), 1.0)) / float(np.log1p(mu))
    codes = xp.floor((xp.sign(x) * magnitude + 1) / 2 * mu + 0.5)
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
    xp = np if numpy_in else ops
    mu = levels - 1
    codes = codes.astype("float32") if numpy_in else ops.cast(codes, "float32")
    f = 2 * codes / mu - 1
    magnitude = xp.expm1(xp.abs(f) * float(np.log1p(mu))) / mu
    return xp.sign(f) * xp.minimum(magnitude, 1.0)  # rounding may exceed 1


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
