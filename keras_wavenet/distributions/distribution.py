"""What every output distribution answers to."""

import abc

from keras import ops

from keras_wavenet.utils import checks


class Distribution(abc.ABC):
    """The distribution of the next sample, as the network's outputs give it.

    It tells apart `levels` values of a sample, by the number of its code, and gives
    each of them a probability. Its loss is the cost of naming the code, in nats. Costs
    of naming a mu-law code and one of the 65,536 levels of 16-bit audio are not to be
    compared; `negative_log_likelihood_16_bit` is, among all distributions.

    Everything runs in float32, whatever float type the parameters have.

    Args:
        levels: Number of codes, 2 to 65536.

    Attributes:
        name: What a config calls it.
        channels: Outputs of the network for each sample.
        uniforms_per_sample: How many uniform numbers draw one sample.
        truncates: Whether `sample` can cut off improbable codes by `top_k` and `top_p`.
        evenly_spaced: Whether neighbouring codes are equally far apart everywhere.
        has_location_and_scale: Whether `relocated` can move it and make it wider.
        compiled_sampling: How the compiled CPU engine draws a sample: `"table"`, a code
            by its logit, whose sample `decode` gives; `"location_scale"`, as `Mixture`
            does; `None`: by `sample` alone, on the engine of the backend.
    """

    name: str
    uniforms_per_sample = 1
    truncates = False
    evenly_spaced = False
    has_location_and_scale = False
    compiled_sampling: str | None = None

    def __init__(self, levels: int):
        self.levels = checks.levels(levels)

    @property
    @abc.abstractmethod
    def channels(self) -> int:
        """Outputs of the network for each sample."""

    @abc.abstractmethod
    def encode(self, waveform):
        """The codes of samples: floats in [-1, 1] to int32 of the same shape.

        A NumPy array is encoded by NumPy, anything else by the Keras backend.
        """

    @abc.abstractmethod
    def decode(self, codes):
        """The samples of codes: integers to float32 of the same shape, in [-1, 1].

        A NumPy array is decoded by NumPy, anything else by the Keras backend.
        """

    @abc.abstractmethod
    def negative_log_likelihood(self, waveform, parameters):
        """Nats that it costs to name the code of each sample.

        Args:
            waveform: Float tensor, `(batch, time)`, samples in [-1, 1].
            parameters: Outputs of the network, `(batch, time, channels)`.

        Returns:
            float32 tensor, `(batch, time)`.

        Raises:
            ValueError: If the parameters have another number of channels.
        """

    @abc.abstractmethod
    def negative_log_likelihood_16_bit(self, waveform, parameters):
        """Nats that it costs to name the nearest of the 65,536 levels of 16-bit audio.

        The levels are the 16-bit integers divided by 32768. For audio of that kind it
        is the cost of saying the sample as it is, on one footing for all distributions.

        Arguments, result and errors are those of `negative_log_likelihood`.
        """

    @abc.abstractmethod
    def probabilities(self, parameters):
        """The probability of each code.

        Args:
            parameters: Outputs of the network, `(..., channels)`.

        Returns:
            float32 tensor, `(..., levels)`, the last axis summing to one.
        """

    @abc.abstractmethod
    def mode(self, parameters):
        """The most probable sample: `(batch, channels)` to `(batch,)` float32."""

    @abc.abstractmethod
    def sample(self, parameters, uniforms, temperature=1.0, top_k=None, top_p=None):
        """Draw a sample.

        Args:
            parameters: Outputs of the network, `(batch, channels)`.
            uniforms: float32 tensor, `(batch, uniforms_per_sample)`, uniform noise in
                [0, 1).
            temperature: Positive number; below 1 sharpens, above 1 flattens.
            top_k, top_p: Cuts, see `Sampling`, for what `truncates`; others take None.

        Returns:
            float32 tensor, `(batch,)`, samples in [-1, 1].
        """

    @abc.abstractmethod
    def get_config(self) -> dict:
        """Plain values that `keras_wavenet.distributions.get` makes it again from."""

    def _checked(self, parameters):
        """The parameters in float32, if they are as many as expected."""
        received = parameters.shape[-1] if len(parameters.shape) else 0
        if received not in (self.channels, None):  # TensorFlow may not know it yet
            raise ValueError(
                f"The parameters of {self} must have {self.channels} channels on the "
                "last axis. Build the model with this distribution, or take that of "
                f"the model. Received: shape={tuple(parameters.shape)}"
            )
        return ops.cast(parameters, "float32")

    def __str__(self) -> str:
        """For people: name, levels, and what else the config has."""
        config = self.get_config()
        first = f"{config.pop('name')}, {config.pop('levels')} levels"
        return ", ".join([first, *(f"{key} {config[key]}" for key in config)])
