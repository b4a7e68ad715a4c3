"""What of a sample goes into the first convolution: a part of `Architecture`."""

from keras_wavenet.config import WaveNetConfig
from keras_wavenet.layers import companding


class InputCoding(WaveNetConfig):
    """The codes and the scalars of the input, as the distribution has them."""

    @property
    def companding(self) -> str:
        """Name of the companding of input codes: that of the distribution's codes."""
        return getattr(self.distribution, "companding", companding.MU_LAW)

    @property
    def input_code_words(self) -> str:
        """What the input codes are called, in the plural."""
        return companding.get(self.companding).words

    @property
    def input_mu(self) -> int | None:
        """The mu of an input that is companded without rounding, else `None`."""
        if self.input_encoding != "mu_law":
            return None
        return getattr(self.distribution, "mu", None) or self.input_levels - 1

    @property
    def usual_input_encoding(self) -> str:
        """The `input_encoding` that goes with the distribution."""
        if self.distribution.name == "categorical" or self.linear_prediction:
            return "codes"
        is_companded = getattr(self.distribution, "mu", None) is not None
        return "mu_law" if is_companded else "waveform"
