"""Quantized layers are refused; low-rank ones are merged and saved."""

import keras
import numpy as np
import pytest

from keras_wavenet import Recognizer, WaveNet
from keras_wavenet.layers import GatedResidualBlock
from tests.family import SMALL

WAVEFORM = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 20)).astype("float32")


@pytest.fixture
def low_rank(tiny_wavenet):
    """A network with LoRA weights that are not zero."""
    model = tiny_wavenet(dilations=[1, 2], speakers=2)
    adapted = [model.blocks[0].residual_projection, model.get_layer("output")]
    for layer in adapted:
        layer.enable_lora(2)
        layer.lora_kernel_b.assign(np.full(layer.lora_kernel_b.shape, 0.3))
    return model


def outputs(model):
    x = {"waveform": WAVEFORM, "speaker": np.array([0, 1], "int32")}
    return keras.ops.convert_to_numpy(model(x))


def test_low_rank_weights_are_merged_in_a_preset(low_rank, tmp_path):
    low_rank.save_to_preset(tmp_path / "preset")
    again = WaveNet.from_preset(tmp_path / "preset")
    assert len(again.weights) == len(low_rank.weights) - 4
    np.testing.assert_allclose(outputs(again), outputs(low_rank), atol=1e-5)


def test_low_rank_weights_are_merged_for_more_speakers(low_rank):
    grown = low_rank.with_speakers(1)
    np.testing.assert_allclose(outputs(grown), outputs(low_rank), atol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
def test_keras_does_not_quantize_a_model(mode):
    for model in (WaveNet(**SMALL), Recognizer(2, dilations=[1])):
        with pytest.raises(NotImplementedError, match=f"cpu_int8.*mode='{mode}'"):
            model.quantize(mode)


@pytest.mark.neutral
def test_quantized_layers_are_refused_where_their_kernels_are_read(tmp_path):
    with pytest.raises(ValueError, match="Received: 'int8_from_float32'"):
        WaveNet(**SMALL, dtype="int8_from_float32")
    block = GatedResidualBlock(4)
    inputs = keras.Input((None, 4))
    around = keras.Model(inputs, block(inputs))
    block.residual_projection.quantize("int8")
    with pytest.raises(ValueError, match="'int8_from_float32' for 'gated_residual"):
        around(np.zeros((1, 5, 4), "float32"))
    model = WaveNet(**SMALL)
    model.get_layer("post").quantize("int8")
    for use in (
        lambda: model.generate(1, engine="cpu"),
        lambda: model.save_to_preset(tmp_path / "preset"),
    ):
        with pytest.raises(ValueError, match="'int8_from_float32' for 'post'"):
            use()
