"""The paper's building blocks: `call` for a sequence and `step` for a sample."""

from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.mu_law import (
    MuLawDecoding,
    MuLawEncoding,
    mu_law_decode,
    mu_law_encode,
)

__all__ = [
    "CausalConv1D",
    "CausalEmbedding1D",
    "GatedResidualBlock",
    "MuLawDecoding",
    "MuLawEncoding",
    "SideBySide",
    "mu_law_decode",
    "mu_law_encode",
]
