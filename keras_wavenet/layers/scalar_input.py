"""A waveform as a scalar input, in place of the paper's one-hot codes."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import companding as compandings
from keras_wavenet.layers.mu_law import mu_law_compress
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ScalarInput(keras.layers.Layer):
    """A waveform as one channel: as it is, its codes, or companded.

    Runs in float32 whatever the dtype policy.

    Args:
        levels: `None` returns the waveform itself. With a number of codes, 2 to
            65536, it returns the code of each sample, scaled to [-1, 1] as the
            companding has it.
        companding: Name of the companding that the codes are of.
        mu: `None`, or that of a mu-law companding without rounding: it returns `f(x)`
            of each sample x.

    Call arguments:
        waveform: Float tensor, samples in [-1, 1], of any shape.

    Returns:
        float32 tensor with one axis more, of length 1.

    Raises:
        ValueError: If `levels` is out of range, there is no such companding, or both
            `levels` and `mu` are given.
    """

    def __init__(
        self,
        levels: int | None = None,
        companding: str = compandings.MU_LAW,
        mu: int | None = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        if levels is not None and mu is not None:
            raise ValueError(
                "Either `levels` or `mu` may be given. "
                f"Received: levels={levels}, mu={mu}"
            )
        self.levels = None if levels is None else checks.levels(levels)
        self.companding = companding
        self.mu = mu
        self._companding = compandings.get(companding)

    def call(self, waveform):
        if self.levels is not None:
            codes = self._companding.encode(waveform, self.levels)
            steps = self._companding.steps(self.levels)
            waveform = 2 * ops.cast(codes, "float32") / steps - 1
        elif self.mu is not None:
            waveform = mu_law_compress(ops.cast(waveform, "float32"), self.mu)
        return ops.expand_dims(waveform, -1)

    def compute_output_spec(self, waveform: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor((*waveform.shape, 1), dtype="float32")

    def get_config(self) -> dict:
        config = {**super().get_config(), "levels": self.levels}
        if self.companding != compandings.MU_LAW:
            config["companding"] = self.companding
        if self.mu is not None:
            config["mu"] = self.mu
        return config
