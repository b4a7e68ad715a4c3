"""What the outputs and inputs of r9y9/wavenet_vocoder mean."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_wavenet.converters.arrays import Arrays
from keras_wavenet.converters.hparams import Hparams
from keras_wavenet.converters.torch_kernels import (
    kernel_shape,
    take_bias,
    take_projection,
)

_LAST = "last_conv_layers.3"
_SCALARS = {"raw": 65536, "mulaw": 256}  # their usual `quantize_channels`
_DISTRIBUTIONS = {"Logistic": "logistic_mixture", "Normal": "gaussian"}


@dataclass(frozen=True)
class Output:
    """The last layer.

    Attributes:
        channels: Its outputs in the checkpoint.
        kept: The first of them that the model has: 1 where the weight of a single
            Gaussian, which changes nothing, is dropped, else 0.
        arguments: Arguments of `keras_wavenet.WaveNet`: distribution and input.
    """

    channels: int
    kept: int
    arguments: dict[str, Any]

    @classmethod
    def of(cls, arrays: Arrays, hparams: Hparams, is_legacy: bool) -> "Output":
        """What shapes and settings tell.

        Raises:
            ValueError: If they contradict each other, or there is no exact counterpart.
        """
        inputs = kernel_shape(arrays, "first_conv")[1]
        channels = kernel_shape(arrays, _LAST)[0]
        if inputs > 1:
            return cls._of_codes(inputs, channels, hparams, is_legacy)
        input_type = hparams.choose("input_type", _SCALARS, "raw")
        levels = hparams.get("quantize_channels", _SCALARS[input_type])
        kind = cls._kind(channels, hparams)
        distribution = {
            "name": _DISTRIBUTIONS[kind],
            "components": max(channels // 3, 1),
            "levels": levels,
            "min_log_scale": hparams.get("log_scale_min", -16.0),
        }
        encoding = "waveform"
        if input_type == "mulaw":
            encoding, distribution["mu"] = "mu_law", levels - (0 if is_legacy else 1)
        kept = 1 if (kind, channels) == ("Normal", 3) else 0
        arguments = {"distribution": distribution, "input_encoding": encoding}
        return cls(channels, kept, arguments)

    @classmethod
    def _of_codes(cls, inputs, channels, hparams, is_legacy):
        if channels != inputs:
            raise ValueError(
                "A network of codes must have as many outputs as inputs. "
                f"Received: {channels} outputs and {inputs} inputs"
            )
        hparams.check(input_type="mulaw-quantize", quantize_channels=inputs)
        companding = "mu_law_r9y9_0.1" if is_legacy else "mu_law_r9y9"
        distribution = {
            "name": "categorical",
            "levels": inputs,
            "companding": companding,
        }
        arguments = {"distribution": distribution, "input_encoding": "codes"}
        return cls(channels, 0, arguments)

    @staticmethod
    def _kind(channels, hparams):
        if channels == 2:  # a mean and a log scale, without a weight
            hparams.check(output_distribution="Normal")
            return "Normal"
        if channels % 3:
            raise ValueError(
                "A network of samples must have 2 outputs, or 3 for each component of "
                f"a mixture. Received: {channels} outputs"
            )
        if channels == 3 and hparams.given("output_distribution") is None:
            raise ValueError(
                "3 outputs may be those of a logistic or of a Gaussian. Give the "
                'setting `output_distribution`, "Logistic" or "Normal", in --hparams.'
            )
        return hparams.choose("output_distribution", tuple(_DISTRIBUTIONS), "Logistic")

    def take(self, arrays: Arrays, inputs: int) -> tuple[np.ndarray, np.ndarray]:
        """The kernel, `(inputs, channels)`, and the bias."""
        shape = (self.channels, inputs)
        kernel = take_projection(arrays, _LAST, "output/kernel", shape)
        bias = take_bias(arrays, _LAST, "output/bias", self.channels, required=True)
        return kernel[:, self.kept :], bias[self.kept :]
