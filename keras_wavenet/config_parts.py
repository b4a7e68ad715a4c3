"""The parts of a WaveNet's config that are dicts, and the limits of all its values.

Nothing here imports Keras: see `keras_wavenet.config`.
"""

from dataclasses import MISSING, dataclass

from keras_wavenet.utils.arguments import argument

UPSAMPLINGS = ("transposed", "repeat", "stretch", "linear")
EDGES = ("repeat", "zeros", "first_row")
STAGE_ACTIVATIONS = (None, "relu", "leaky_relu")

# Limits on what a file may ask for; arguments given in Python have none.
MOST_BLOCKS = 512
MOST_DILATION = 2**20
MOST_CHANNELS = 16384
MOST_TAPS = 4096
MOST_HOP = MOST_NAMES = 2**16
MOST_SAMPLE_RATE = 10**6
MOST_STAGES = 16
MOST_SPAN = 255  # frames or channels that a kernel over frames spans
MOST_ORDER = 64

CHANNELS = {"kind": int, "least": 1, "most": MOST_CHANNELS}
TAPS = {"kind": int, "least": 2, "most": MOST_TAPS}
DILATIONS = {"kind": list, "least": 1, "most": MOST_DILATION, "longest": MOST_BLOCKS}
SAMPLES = {"kind": int, "least": 1, "most": MOST_HOP}
SPAN = {"kind": int, "least": 1, "most": MOST_SPAN}
STAGES = {"kind": list, "least": 1, "most": MOST_HOP, "longest": MOST_STAGES}


@dataclass(frozen=True)
class UpsamplingConfig:
    """The keys of `upsampling`: see `keras_wavenet.layers.FrameUpsampling`."""

    kind: str = argument(
        MISSING,
        "how frames become samples (default: the preset's, or transposed)",
        str,
        choices=UPSAMPLINGS,
        flag="upsampling",
    )
    scales: list | None = argument(
        None,
        "in stages, such as 4,5,10, whose product is the hop (default: one)",
        flag="upsample-scales",
        **STAGES,
    )
    kernel_sizes: list | None = argument(
        None, "samples that the kernel of each stage spans", **STAGES
    )
    initial_kernel_size: int = argument(
        1, "frames that a convolution before the stages spans", **SPAN
    )
    frequency_kernel_size: int = argument(
        1, "channels that a filter which all channels share spans", **SPAN
    )
    edges: str = argument(
        "repeat", "what is beyond the frames of a clip", str, choices=EDGES
    )
    shared_kernel: bool = argument(
        False, 'whether "transposed" has a filter that all channels share', bool
    )
    use_bias: bool = argument(False, "whether the stages have biases", bool)
    activation: str | None = argument(
        None, "after each stage", str, choices=STAGE_ACTIVATIONS
    )
    negative_slope: float = argument(0.3, 'slope of "leaky_relu" below zero', float)


@dataclass(frozen=True)
class ContextStackConfig:
    """The keys of `context_stack`: see `keras_wavenet.models.ContextStack`."""

    dilations: list = argument(
        MISSING,
        "a second, smaller stack with a longer receptive field: dilation of each of "
        "its blocks, in frames, as for --dilations",
        flag="context-dilations",
        **DILATIONS,
    )
    channels: int = argument(
        MISSING, "its channels (default: 32)", flag="context-channels", **CHANNELS
    )
    hop: int = argument(
        1, "samples of a frame of it (default: 1)", flag="context-hop", **SAMPLES
    )
    kernel_size: int = argument(2, "taps of each of its convolutions", **TAPS)
    use_bias: bool = argument(True, "whether its projections have biases", bool)


@dataclass(frozen=True)
class FrameEncoderConfig:
    """The keys of `frame_encoder`: see `keras_wavenet.layers.FrameEncoder`."""

    channels: int = argument(
        MISSING,
        "channels of two convolutions over the frames, before they are upsampled",
        flag="frame-encoder",
        **CHANNELS,
    )
    layers: int = argument(2, "convolutions", int, least=1, most=MOST_STAGES)
    kernel_size: int = argument(3, "frames that each convolution spans", **SPAN)


@dataclass(frozen=True)
class LinearPredictionConfig:
    """The keys of `linear_prediction`: see `keras_wavenet.models.LinearPrediction`."""

    order: int = argument(
        MISSING,
        "put the distribution around the linear prediction that log-mel frames give, "
        "for example of order 32; needs --features with mel frames and --distribution "
        "logistic_mixture or gaussian",
        int,
        least=1,
        most=MOST_ORDER,
        flag="linear-prediction",
    )
