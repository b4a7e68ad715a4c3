"""Every argument of a WaveNet, described once: type, bounds, choices, help and source.

From these come the checks of the constructor and of preset files, the flags of the
command line and the rows of `keras-wavenet info`. Nothing here imports Keras: flags
are made before a backend is chosen.
"""

from dataclasses import dataclass
from typing import Any

from keras_wavenet.config_parts import (
    CHANNELS,
    DILATIONS,
    MOST_NAMES,
    MOST_SAMPLE_RATE,
    MOST_TAPS,
    SAMPLES,
    TAPS,
    ContextStackConfig,
    FrameEncoderConfig,
    LinearPredictionConfig,
    UpsamplingConfig,
)
from keras_wavenet.utils.arguments import argument

DISTRIBUTIONS = ("categorical", "logistic_mixture", "gaussian")
FEATURES = (
    "log_f0_16k",
    "mel_16k",
    "nv_wavenet",
    "nvidia_22k",
    "tacotron2",
    "wavenet_vocoder",
)
INPUT_ENCODINGS = ("codes", "waveform", "companded", "mu_law")
ACTIVATIONS = (None, "tanh", "relu")
SKIP_SCALINGS = (None, "total", "running")
STARTS = ("silence", "zeros")


@dataclass(frozen=True)
class WaveNetConfig:
    """The arguments of `keras_wavenet.WaveNet`, in their order."""

    dilations: Any = argument(
        None,
        "dilation of each block: 1,2,4,8 or 1..512x5 (doubling, five times)",
        flag="dilations",
        source="2.1",
        **DILATIONS,
    )
    residual_channels: int = argument(
        32,
        "channels of the residual stream",
        flag="residual-channels",
        source="2.4",
        **CHANNELS,
    )
    dilation_channels: int = argument(
        32,
        "channels of each block's filter and gate",
        flag="dilation-channels",
        source="2.3",
        **CHANNELS,
    )
    skip_channels: int = argument(
        512, "channels of the skip sum", flag="skip-channels", source="2.4", **CHANNELS
    )
    post_channels: int | None = argument(
        None,
        "channels between the last two projections",
        flag="post-channels",
        source="2.4",
        **CHANNELS,
    )
    kernel_size: int = argument(
        2, "taps of each dilated convolution", flag="kernel-size", source="2.1", **TAPS
    )
    initial_kernel_size: int = argument(
        2,
        "taps of the first convolution",
        int,
        least=1,
        most=MOST_TAPS,
        flag="initial-kernel-size",
    )
    distribution: Any = argument(
        "categorical",
        "what the outputs mean: a probability for each code, or curves over the levels "
        "of 16-bit audio",
        object,
        choices=DISTRIBUTIONS,
        flag="distribution",
        source="2.2",
    )
    use_bias: bool = argument(
        True, "whether the projections have biases", bool, flag="use-bias"
    )
    dropout: float = argument(
        0.0,
        "share of each dilated convolution's inputs dropped in training",
        float,
        flag="dropout",
    )
    sample_rate: int = argument(
        16000,
        "Hz of the audio",
        int,
        least=1,
        most=MOST_SAMPLE_RATE,
        flag="sample-rate",
    )
    speakers: Any = argument(
        None,
        "condition on the speaker: one of those of the training split",
        "names",
        least=1,
        most=MOST_NAMES,
        group="conditions",
        flag="speakers",
        source="3.1",
    )
    speaker_channels: int | None = argument(
        None,
        "channels of an embedding of the speaker (default: one-hot)",
        group="conditions",
        flag="speaker-channels",
        **CHANNELS,
    )
    tags: Any = argument(
        None,
        'condition on the labels of the training split, with ";" between two',
        "names",
        least=1,
        most=MOST_NAMES,
        group="conditions",
        flag="tags",
        source="3.3",
    )
    global_channels: int | None = argument(
        None,
        'channels of the condition "global", any vector',
        group="conditions",
        source="2.5",
        **CHANNELS,
    )
    features: Any = argument(
        None,
        "condition on frames that are computed from the audio, scaled by statistics "
        "of the training split",
        object,
        choices=FEATURES,
        group="conditions",
        flag="features",
        source="2.5",
    )
    local_channels: int | None = argument(
        None,
        "channels of the frames in --local-dir",
        group="conditions",
        flag="local-channels",
        **CHANNELS,
    )
    hop: int | None = argument(
        None, "samples of such a frame", group="conditions", flag="hop", **SAMPLES
    )
    upsampling: dict | None = argument(
        None,
        "how frames become samples",
        dict,
        config=UpsamplingConfig,
        group="conditions",
        source="2.5",
    )
    context_stack: dict | None = argument(
        None,
        "a second stack with a longer receptive field",
        dict,
        config=ContextStackConfig,
        group="conditions",
        source="2.6",
    )
    input_encoding: str | None = argument(
        None,
        "what of a sample goes into the first convolution",
        str,
        choices=INPUT_ENCODINGS,
        group="input",
        flag="input-encoding",
    )
    input_levels: int | None = argument(
        None,
        "number of codes of the input",
        int,
        least=2,
        most=MOST_NAMES,
        group="input",
        flag="input-levels",
    )
    initial_activation: str | None = argument(
        None,
        "activation after the first convolution",
        str,
        choices=ACTIVATIONS,
        group="variants",
        flag="initial-activation",
    )
    initial_skip: bool = argument(
        False,
        "whether the first convolution joins the skip sum",
        bool,
        group="variants",
        flag="initial-skip",
    )
    residual_scale: float = argument(
        1.0,
        "factor of each block's residual output",
        float,
        group="variants",
        flag="residual-scale",
    )
    skip_scaling: str | None = argument(
        None,
        "how skips are scaled down",
        str,
        choices=SKIP_SCALINGS,
        group="variants",
        flag="skip-scaling",
    )
    post_conditioning: bool = argument(
        False,
        "whether conditions are added before the last ReLU, too",
        bool,
        group="variants",
        flag="post-conditioning",
    )
    start: str = argument(
        "silence",
        "context before a clip: silence, or zeros after every layer",
        str,
        choices=STARTS,
        group="variants",
        flag="start",
    )
    frame_encoder: dict | None = argument(
        None,
        "convolutions over the local frames",
        dict,
        config=FrameEncoderConfig,
        group="conditions",
    )
    linear_prediction: dict | None = argument(
        None,
        "the linear prediction that the distribution is put around",
        dict,
        config=LinearPredictionConfig,
        group="conditions",
    )
    waveform_filter: Any = argument(
        None, "filter of the modelled waveform", object, group="input"
    )
