"""How far back a network reaches."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, introspection
from keras_wavenet.introspection import (
    measured_receptive_field,
    receptive_field,
    saliency,
    score,
)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments",
    [
        {"dilations": [1, 2, 4], "initial_kernel_size": 1},
        {"dilations": [3, 1], "kernel_size": 3},
        {"dilations": [2, 2], "initial_kernel_size": 4, "start": "zeros"},
    ],
)
def test_the_measured_receptive_field_is_that_of_the_formula(arguments, tiny_wavenet):
    sizes = {"kernel_size": 2, "initial_kernel_size": 2, **arguments}
    expected = receptive_field(
        sizes["dilations"], sizes["kernel_size"], sizes["initial_kernel_size"]
    )
    assert measured_receptive_field(tiny_wavenet(**arguments)) == expected


@pytest.mark.neutral
def test_linear_prediction_reaches_further_by_its_order(recorded):
    model, _, _ = recorded("predicted")
    expected = receptive_field([1, 2, 4], 2, 1) + 4
    assert measured_receptive_field(model) == expected == model.receptive_field


@pytest.mark.neutral
def test_the_field_of_the_paper_is_5117_samples():
    assert introspection.receptive_field([2**i for i in range(10)] * 5) == 5117


@pytest.mark.neutral
def test_a_context_stack_is_refused(recorded):
    with pytest.raises(ValueError, match="without a context stack"):
        measured_receptive_field(recorded("far")[0])


def test_saliency_is_the_slope_of_the_bits_in_the_first_layer():
    model = WaveNet([1, 2], 1, 4, 4, initial_kernel_size=1, distribution=LEVELS)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.7, w.shape) for w in model.get_weights()])
    codes = rng.permutation(32)[:12]  # each occurs once
    waveform = model.distribution.decode(codes)
    (found,) = saliency(model, waveform, positions=[9])
    assert found.shape == (4,) and found.min() > 1e-4
    step, kernel = 2e-3, model.network.initial.kernel
    rows = np.array(kernel)
    for lag in range(4):
        bits = []
        for sign in (-1, 1):
            moved = rows.copy()
            moved[0, codes[8 - lag]] += sign * step
            kernel.assign(moved)
            bits.append(score(model, waveform, start=9, stop=10).bits[0])
        slope = abs(bits[1] - bits[0]) / (2 * step)
        np.testing.assert_allclose(found[lag], slope, rtol=0.02, atol=1e-3)
        kernel.assign(rows)


LEVELS = {"name": "categorical", "levels": 32}


@pytest.mark.neutral
def test_a_position_has_the_same_saliency_beside_others(recorded):
    model, waveform, conditions = recorded("predicted_far")
    several = saliency(model, waveform, conditions, positions=[39, 3, 20, 5, 21])
    (alone,) = saliency(model, waveform, conditions, positions=[21])
    np.testing.assert_allclose(several[4], alone, rtol=1e-4, atol=1e-6)
    assert several.shape == (5, 8) and several[0].min() > 0
    # Three samples and the zero before them are known, the rest is no part of the clip.
    assert (several[1] > 0).tolist() == [True] * 4 + [False] * 4


@pytest.mark.neutral
def test_a_position_outside_of_the_waveform_is_refused(recorded):
    model, waveform, _ = recorded()
    with pytest.raises(ValueError, match="`positions` must be at most 39"):
        saliency(model, waveform, positions=[40])
