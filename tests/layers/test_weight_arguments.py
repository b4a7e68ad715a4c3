"""Layers with kernels take and keep what their counterparts in Keras do of them."""

import keras
import pytest

from keras_wavenet.layers import (
    CausalConv1D,
    CausalEmbedding1D,
    ConditionProducts,
    FrameEncoder,
    GatedResidualBlock,
    GlobalCondition,
)

pytestmark = pytest.mark.neutral
RANGE = (None, 9, 4)
LAYERS = {
    "CausalConv1D": (CausalConv1D, (3,), RANGE),
    "CausalEmbedding1D": (CausalEmbedding1D, (16, 3), (None, 9)),
    "ConditionProducts": (ConditionProducts, (3, {"local": 4}), None),
    "FrameEncoder": (FrameEncoder, (3,), RANGE),
    "GatedResidualBlock": (GatedResidualBlock, (3,), RANGE),
    "GlobalCondition": (GlobalCondition, (2, 3), None),
}


@pytest.mark.parametrize("name", LAYERS)
def test_weights_have_the_arguments_of_a_layer_and_of_its_config(name):
    make, arguments, shape = LAYERS[name]
    kind = "embeddings" if make is GlobalCondition else "kernel"
    layer = make(
        *arguments,
        **{
            f"{kind}_{what}": value
            for what, value in (
                ("initializer", "ones"),
                ("regularizer", "l1"),
                ("constraint", "non_neg"),
            )
        },
    )
    for one in (layer, make.from_config(layer.get_config())):
        one.build(shape)
        weights = [weight for weight in one.weights if "bias" not in weight.name]
        assert weights
        for weight in weights:
            assert isinstance(weight.regularizer, keras.regularizers.L1)
            assert isinstance(weight.constraint, keras.constraints.NonNeg)
            assert keras.ops.min(weight) == 1


@pytest.mark.parametrize("name", LAYERS)
def test_a_misspelt_argument_is_refused(name):
    make, arguments, _ = LAYERS[name]
    with pytest.raises(ValueError, match="kernel_initialiser"):
        make(*arguments, kernel_initialiser="ones")
