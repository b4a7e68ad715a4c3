"""The layers of a WaveNet, built from its architecture."""

import types

import keras

from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.conditioning import ConditionProducts, GlobalCondition
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_upsampling import make_upsampling
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.mu_law import MuLawEncoding
from keras_wavenet.layers.scalar_input import ScalarInput
from keras_wavenet.layers.skip_connections import SkipConnections
from keras_wavenet.models.context_stack import ContextStack
from keras_wavenet.models.linear_prediction import (
    AroundPrediction,
    LinearPrediction,
    PredictionSignals,
)


def build_parts(architecture, policy) -> types.SimpleNamespace:
    """The layers by name; `None` where the architecture has none of a kind.

    Args:
        architecture: An `Architecture`.
        policy: The dtype policy of all but the last product, which runs in float32.
    """
    a = architecture
    encode, initial = _input_layers(a, policy)
    blocks = [
        GatedResidualBlock(
            a.dilation_channels,
            a.kernel_size,
            dilation,
            residual=number < len(a.dilations) - 1,  # nobody would read the last
            padding="valid",
            dropout=a.dropout,
            condition_channels=a.condition_channels,
            residual_scale=a.residual_scale,
            use_bias=a.use_bias,
            name=f"block_{number}",
            dtype=policy,
        )
        for number, dilation in enumerate(a.dilations)
    ]
    skip = keras.layers.Dense(
        a.skip_channels,
        activation="relu",
        use_bias=a.use_bias,
        kernel_initializer=SideBySide("glorot_uniform", a.skip_parts, axis=0),
        name="skip",
        dtype=policy,
    )
    post = keras.layers.Dense(
        a.post_channels,
        activation=None if a.post_conditioning else "relu",
        use_bias=a.use_bias,
        name="post",
        dtype=policy,
    )
    output = keras.layers.Dense(
        a.distribution.channels, use_bias=a.use_bias, name="output", dtype="float32"
    )
    return types.SimpleNamespace(
        encode=encode,
        initial=initial,
        blocks=blocks,
        skip_connections=SkipConnections(name="skip_connections", dtype=policy),
        skip=skip,
        post=post,
        output_product=output,
        **_prediction_layers(a, policy),
        **_condition_layers(a, policy),
    )


def _input_layers(a, policy):
    if a.input_encoding == "codes":
        return MuLawEncoding(a.input_levels, name="encode"), CausalEmbedding1D(
            a.input_levels,
            a.residual_channels,
            a.initial_kernel_size,
            padding="valid",
            name="initial",
            dtype=policy,
        )
    levels = a.input_levels if a.input_encoding == "companded" else None
    return ScalarInput(levels, name="encode"), CausalConv1D(
        a.residual_channels,
        a.initial_kernel_size,
        padding="valid",
        use_bias=a.use_bias,
        name="initial",
        dtype="float32",  # half precision knows no 16-bit audio
    )


def _prediction_layers(a, policy):
    names = ("linear_prediction_of", "prediction_signals", "around_prediction")
    if a.linear_prediction is None:
        return {"signal_layers": [], **dict.fromkeys(names)}
    return {
        "linear_prediction_of": LinearPrediction(a.prediction_order, a.features),
        "prediction_signals": PredictionSignals(
            a.prediction_order,
            a.hop,
            early_samples=a.history,
            frames_before=a.frames_before,
            name="prediction_signals",
        ),
        "around_prediction": AroundPrediction(a.distribution, name="around_prediction"),
        "signal_layers": [
            CausalEmbedding1D(
                a.input_levels,
                a.residual_channels,
                a.initial_kernel_size,
                padding="valid",
                name=f"initial_{signal}",
                dtype=policy,
            )
            for signal in a.signals[1:]
        ],
    }


def _condition_layers(a, policy):
    channels = a.condition_channels
    layers = dict.fromkeys(
        (
            "global_condition",
            "frame_encoder_layer",
            "upsampling_layer",
            "context",
            "post_products",
        )
    )
    if a.vector_width:
        layers["global_condition"] = GlobalCondition(
            a.speaker_count, a.speaker_channels, name="global_condition", dtype=policy
        )
    if "local" in channels:
        layers["upsampling_layer"] = make_upsampling(
            a.hop, a.early_positions, **a.upsampling, name="upsampling", dtype=policy
        )
    if a.frame_encoder is not None:
        layers["frame_encoder_layer"] = FrameEncoder(
            **a.frame_encoder, name="frame_encoder", dtype=policy
        )
    if "context" in channels:
        layers["context"] = ContextStack(
            a.early_positions, **a.context_stack, name="context_stack", dtype=policy
        )
    if a.post_conditioning:
        layers["post_products"] = ConditionProducts(
            a.post_channels, channels, name="post_conditioning", dtype=policy
        )
    return layers
