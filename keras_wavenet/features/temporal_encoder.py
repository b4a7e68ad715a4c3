"""A learned encoder of audio: the temporal encoder of NSynth's autoencoder.

Axes: T samples, F frames, k taps, L layers, W width, C channels of a frame.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from keras_wavenet.features import settings
from keras_wavenet.features.feature import Feature
from keras_wavenet.layers import companding

MOST_LAYERS = 512
MOST_WIDTH = 4096
MOST_DILATION = 2**16
MOST_TAPS = 255
_BLOCK = 2**14  # samples that are encoded at once

Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class TemporalEncoder(Feature):
    """Frames of a stack of dilated convolutions over the audio, averaged over a hop.

    The input is the code of each sample as a scalar, `2 code / steps - 1`. With
    `h = initial(input)`, each layer is `h + residual(relu(dilated(relu(h))))`; a last
    projection makes C channels, whose means over `hop` samples are the frames. The
    convolutions reach to both sides: a frame depends on `margin` samples before and
    after its own. Beyond the frames of a clip each layer sees zeros.

    Its weights are those of a model: `keras_wavenet.WaveNet` has them as weights that
    are not trained, and a preset carries them. Features that are made of a config alone
    compute no frames.

    Args:
        sample_rate: Hz.
        hop: Samples that a frame covers.
        channels: C.
        width: W.
        dilations: Dilation of each layer.
        kernel_size: k, an odd number.
        levels: Number of codes.
        companding: Name of the companding of the codes, one of
            `keras_wavenet.layers.companding`.

    Raises:
        ValueError: If a setting is out of range.

    References:
        - Engel et al., Neural Audio Synthesis of Musical Notes with WaveNet
          Autoencoders (arXiv 1704.01279), section 2.1.

    Example:
        >>> model = WaveNet.from_preset("nsynth")
        >>> frames = model.features(waveform)  # (ceil(T / 512), 16)
    """

    sample_rate: int
    hop: int
    channels: int
    width: int
    dilations: Sequence[int]
    kernel_size: int = 3
    levels: int = 256
    companding: str = "mu_law_nsynth"
    _weights: Callable[[], Weights] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    name = "temporal_encoder"

    def __post_init__(self):
        settings.integer(1, settings.MOST_RATE, sample_rate=self.sample_rate)
        settings.integer(1, settings.MOST_HOP, hop=self.hop)
        settings.integer(1, MOST_WIDTH, channels=self.channels, width=self.width)
        settings.integer(1, MOST_TAPS, kernel_size=self.kernel_size)
        settings.integer(2, 2**16, levels=self.levels)
        settings.one_of(tuple(companding.COMPANDINGS), companding=self.companding)
        if self.kernel_size % 2 == 0:
            raise ValueError(
                f"`kernel_size` must be odd. Received: kernel_size={self.kernel_size}"
            )
        plain = isinstance(self.dilations, list | tuple)
        if not plain or not 1 <= len(self.dilations) <= MOST_LAYERS:
            raise ValueError(
                f"`dilations` must be a list of 1 to {MOST_LAYERS} integers. "
                f"Received: dilations={str(self.dilations)[:80]}"
            )
        for number, dilation in enumerate(self.dilations):
            settings.integer(1, MOST_DILATION, **{f"dilations[{number}]": dilation})
        object.__setattr__(self, "dilations", tuple(self.dilations))

    @property
    def margin(self) -> int:
        """Samples before and after its own that a frame depends on."""
        return self.kernel_size // 2 * (1 + sum(self.dilations))

    @property
    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        layers, taps, width = len(self.dilations), self.kernel_size, self.width
        return {
            "initial_kernel": (taps, 1, width),
            "initial_bias": (width,),
            "dilated_kernels": (layers, taps, width, width),
            "dilated_biases": (layers, width),
            "residual_kernels": (layers, width, width),
            "residual_biases": (layers, width),
            "output_kernel": (width, self.channels),
            "output_bias": (self.channels,),
        }

    @property
    def weights(self) -> Weights | None:
        return None if self._weights is None else self._weights()

    def with_weights(self, weights: Callable[[], Weights]) -> "TemporalEncoder":
        encoder = copy.copy(self)
        object.__setattr__(encoder, "_weights", weights)
        return encoder

    def get_config(self) -> dict:
        names = [one.name for one in fields(self) if one.init]
        config = {name: getattr(self, name) for name in names}
        return {"name": self.name, **config, "dilations": list(self.dilations)}

    def read(
        self, read: Callable[[int, int], np.ndarray], length: int, first: int, stop: int
    ) -> np.ndarray:
        weights = self.weights
        if weights is None:
            raise ValueError(
                "The frames of a temporal encoder need its weights: take the features "
                "of a model, `WaveNet.from_preset(...).features`. Received: features "
                "made of a config alone"
            )
        count = -(-length // self.hop)
        size = max(_BLOCK // self.hop, 1)
        blocks = []
        # Blocks begin at multiples of their size: their frames are the same, bit for
        # bit, whatever is asked for.
        for begin in range(first // size * size, stop, size):
            end = min(begin + size, count)
            frames = self._encode(weights, read, count * self.hop, begin, end)
            blocks.append(frames[max(first - begin, 0) : stop - begin])
        return np.concatenate(blocks)

    def _encode(self, weights, read, length, begin, end):
        """Frames `begin` to `end - 1` of a clip of whole frames, `length` samples."""
        start = begin * self.hop - self.margin
        samples = read(start, end * self.hop + self.margin)
        x = _inside(self._scalars(samples)[:, None], start, length)
        h = _convolve(x, weights["initial_kernel"], 1) + weights["initial_bias"]
        half = self.kernel_size // 2
        start += half
        layers = zip(
            self.dilations,
            weights["dilated_kernels"],
            weights["dilated_biases"],
            weights["residual_kernels"],
            weights["residual_biases"],
            strict=True,
        )
        for dilation, kernel, bias, residual, residual_bias in layers:
            x = _inside(np.maximum(h, 0), start, length)
            x = np.maximum(_convolve(x, kernel, dilation) + bias, 0)
            cut = half * dilation
            h = h[cut : len(h) - cut] + (x @ residual + residual_bias)
            start += cut
        frames = h.reshape(end - begin, self.hop, self.width).mean(axis=1)
        return frames @ weights["output_kernel"] + weights["output_bias"]

    def _scalars(self, samples):
        coding = companding.get(self.companding)
        codes = coding.encode(samples, self.levels).astype("float32")
        return 2 * codes / np.float32(coding.steps(self.levels)) - 1


def _convolve(x, kernel, dilation):
    """A convolution over T, `(T, inputs)`, where all taps are inside."""
    count = len(x) - (len(kernel) - 1) * dilation
    parts = (x[i * dilation :][:count] @ tap for i, tap in enumerate(kernel))
    return sum(parts, np.float32(0))


def _inside(x, start, length):
    """Rows from position `start` on, with zeros before 0 and from `length` on."""
    before, after = max(-start, 0), max(start + len(x) - length, 0)
    if before:
        x[:before] = 0
    if after:
        x[len(x) - after :] = 0
    return x
