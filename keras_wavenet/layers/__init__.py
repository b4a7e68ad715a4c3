"""The paper's building blocks: each for a sequence, or with a memory for one sample."""

from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.companding import CodeEncoding
from keras_wavenet.layers.conditioning import ConditionProducts, GlobalCondition
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_interpolation import FrameInterpolation
from keras_wavenet.layers.frame_upsampling import FrameUpsampling
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.mu_law import (
    MuLawDecoding,
    MuLawEncoding,
    mu_law_decode,
    mu_law_encode,
)
from keras_wavenet.layers.scalar_input import ScalarInput
from keras_wavenet.layers.skip_connections import SkipConnections

__all__ = [
    "CausalConv1D",
    "CausalEmbedding1D",
    "CodeEncoding",
    "ConditionProducts",
    "FrameEncoder",
    "FrameInterpolation",
    "FrameUpsampling",
    "GatedResidualBlock",
    "GlobalCondition",
    "MuLawDecoding",
    "MuLawEncoding",
    "ScalarInput",
    "SideBySide",
    "SkipConnections",
    "mu_law_decode",
    "mu_law_encode",
]
