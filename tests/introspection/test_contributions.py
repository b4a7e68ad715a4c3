"""Bits with a block silenced."""

import numpy as np
import pytest

from keras_wavenet.introspection import contributions, score


def zero_projections(model, block):
    """Set what the block adds to the residual stream and to the skip sum to zero."""
    layer = model.blocks[block].residual_projection
    if layer is not None:
        layer.set_weights([np.zeros(w.shape) for w in layer.get_weights()])
    kernel, bias = model.network.skip.get_weights()
    width = model.dilation_channels
    first = block * width + model.residual_channels * model.initial_skip
    kernel[first : first + width] = 0
    model.network.skip.set_weights([kernel, bias])


# Residual streams that are scaled; a first layer in the skip sum.
@pytest.mark.parametrize(
    "kind", ["vocoder", pytest.param("far", marks=pytest.mark.neutral)]
)
def test_a_silenced_block_is_one_whose_projections_are_zero(kind, recorded):
    model, waveform, conditions = recorded(kind)
    before = model.get_weights()
    try:
        model.set_weights([w + 0.05 for w in before])  # biases are not zero
        trained = model.get_weights()
        bits, silenced = contributions(model, waveform, conditions)
        for block in range(3):
            zero_projections(model, block)
            expected = score(model, waveform, conditions).bits.mean()
            np.testing.assert_allclose(silenced[block], expected, rtol=1e-5)
            assert abs(expected - bits) > 1e-4
            model.set_weights(trained)
        expected = score(model, waveform, conditions).bits.mean()
        np.testing.assert_allclose(bits, expected, rtol=1e-5)
    finally:
        model.set_weights(before)
