"""The first layer and the residual blocks of an architecture."""

import keras

from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.companding import MU_LAW, CodeEncoding
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.mu_law import MuLawEncoding
from keras_wavenet.layers.scalar_input import ScalarInput
from keras_wavenet.models.architecture import Architecture


def make_input_layers(
    a: Architecture, policy: keras.DTypePolicy
) -> tuple[keras.layers.Layer, keras.layers.Layer]:
    """The encoding of samples, and the first layer."""
    if a.input_encoding == "codes":
        return _make_encoding(a), make_embedding(a, "initial", policy)
    levels = a.input_levels if a.input_encoding == "companded" else None
    return ScalarInput(levels, a.companding, a.input_mu, name="encode"), CausalConv1D(
        a.residual_channels,
        a.initial_kernel_size,
        padding="valid",
        use_bias=a.use_bias,
        name="initial",
        dtype="float32",  # half precision has too few digits for 16-bit audio
    )


def _make_encoding(a):
    if a.companding == MU_LAW:  # a class whose name is in the weight files
        return MuLawEncoding(a.input_levels, name="encode")
    return CodeEncoding(a.input_levels, a.companding, name="encode")


def make_embedding(
    a: Architecture, name: str, policy: keras.DTypePolicy
) -> CausalEmbedding1D:
    """A first layer of codes."""
    return CausalEmbedding1D(
        a.input_levels,
        a.residual_channels,
        a.initial_kernel_size,
        padding="valid",
        name=name,
        dtype=policy,
    )


def make_blocks(a: Architecture, policy: keras.DTypePolicy) -> list[GatedResidualBlock]:
    """The residual blocks, in their order."""
    return [
        GatedResidualBlock(
            a.dilation_channels,
            a.kernel_size,
            dilation,
            residual=number < len(a.dilations) - 1,  # that of the last is not used
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
