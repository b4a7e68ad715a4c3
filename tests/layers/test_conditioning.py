"""Conditions inside a gate: the paper's sums, for all samples or for each."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import GatedResidualBlock
from keras_wavenet.layers.conditioning import ConditionProducts, GlobalCondition

B, T, C, D = 2, 9, 5, 4  # batch, time, residual, dilation channels
CHANNELS = {"global": 3, "local": 6}


@pytest.fixture(scope="module")
def conditions(noise):
    """A vector for all samples, and four rows more than a window has."""
    return {"global": noise(B, 1, 3, seed=1), "local": noise(B, T + 4, 6, seed=2)}


@pytest.fixture(scope="module")
def block(noise):
    """A block with conditions, whose weights are all different."""
    block = GatedResidualBlock(
        D, dilation_rate=2, condition_channels=CHANNELS, residual_scale=0.5**0.5
    )
    block.build((None, None, C))
    shapes = [weight.shape for weight in block.weights]
    block.set_weights([noise(*s, seed=3 + i) for i, s in enumerate(shapes)])
    return block


def test_projections_of_all_conditions_are_summed(conditions, noise):
    layer = ConditionProducts(7, CHANNELS)
    positions = noise(B, T, 1)
    found = ops.convert_to_numpy(layer(conditions, positions))
    expected = sum(
        conditions[name] @ ops.convert_to_numpy(layer.kernels[name])
        for name in CHANNELS
    )[:, 4:]
    assert len(layer.weights) == 2 and found.shape == (B, T, 7)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_one_vector_for_all_samples_has_a_time_of_one(conditions):
    layer = ConditionProducts(7, CHANNELS)
    layer.build()
    alone = layer.call({"global": conditions["global"]})
    assert tuple(alone.shape) == (B, 1, 7)
    shapes = {"global": (B, 1, 3)}
    assert layer.compute_output_shape(shapes, (B, T, 1)) == (B, 1, 7)
    shapes["local"] = (B, None, 6)
    assert layer.compute_output_shape(shapes, (B, T, 1)) == (B, T, 7)


def test_each_kernel_is_drawn_as_if_it_stood_alone():
    layer = ConditionProducts(40, {"global": 8, "local": 50}, parts=2)
    layer.build()
    for name, channels in layer.channels.items():
        limit = np.sqrt(6 / (channels + 20))
        kernel = ops.convert_to_numpy(layer.kernels[name])
        for part in np.split(kernel, 2, axis=1):
            assert 0.9 * limit < np.abs(part).max() <= limit
        assert (kernel[:, :20] != kernel[:, 20:]).all()


def test_a_block_adds_conditions_inside_filter_and_gate(block, conditions, noise):
    x = noise(B, T, C)
    stream, z = (ops.convert_to_numpy(out) for out in block(x, conditions=conditions))
    kernel, bias = block.filter_gate.get_weights()
    delayed = np.pad(x, [(0, 0), (2, 0), (0, 0)])[:, :T]
    fused = delayed @ kernel[0] + x @ kernel[1] + bias
    v = dict(zip(sorted(CHANNELS), block.conditioning.get_weights(), strict=True))
    fused = fused + conditions["global"] @ v["global"]
    fused = fused + conditions["local"][:, 4:] @ v["local"]
    filters, gates = np.split(fused, 2, axis=-1)
    expected = np.tanh(filters) / (1 + np.exp(-gates))
    np.testing.assert_allclose(z, expected, rtol=1e-4, atol=1e-5)
    weights, bias = block.residual_projection.get_weights()
    expected = (x + expected @ weights + bias) * 0.5**0.5
    np.testing.assert_allclose(stream, expected, rtol=1e-4, atol=1e-5)


def test_steps_with_conditions_computed_ahead_equal_the_call(block, conditions, noise):
    x = noise(B, T, C)
    _, expected = block(x, conditions=conditions)
    added = block.conditioning.call(conditions, x)
    state, rows = block.get_initial_state(B), []
    for t in range(T):
        sample = ops.convert_to_tensor(x[:, t])
        (_, z), state = block(sample, conditions=added[:, t], memory=state)
        rows.append(ops.convert_to_numpy(z))
    expected = ops.convert_to_numpy(expected)
    np.testing.assert_allclose(np.stack(rows, axis=1), expected, rtol=0, atol=1e-5)


def test_the_global_vector_is_speaker_tags_and_the_rest(noise):
    speaker = np.array([2, 0], "int32")
    tags, rest = np.array([[0, 1], [1, 1]], "float32"), noise(B, 3)
    given = {"speaker": speaker, "tags": tags, "global": rest}
    one_hot = GlobalCondition(speakers=3)
    expected = np.concatenate([np.eye(3)[speaker], tags, rest], axis=1)[:, None]
    np.testing.assert_allclose(ops.convert_to_numpy(one_hot(given)), expected)
    assert one_hot.weights == []
    embedded = GlobalCondition(speakers=3, speaker_channels=4)
    found = ops.convert_to_numpy(embedded(given))
    (rows,) = embedded.get_weights()
    assert rows.shape == (3, 4) and rows.std() > 0
    expected = np.concatenate([rows[speaker], tags, rest], axis=1)[:, None]
    np.testing.assert_allclose(found, expected)
    shapes = {name: value.shape for name, value in given.items()}
    for layer in (one_hot, embedded):
        shape = tuple(layer(given).shape)
        assert layer.compute_output_shape(shapes) == shape


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16"])
def test_half_precision_policies_compute_in_half_precision(policy, conditions):
    projections = ConditionProducts(7, CHANNELS, dtype=policy)
    vector = GlobalCondition(3, 4, dtype=policy)
    for found in (projections(conditions), vector({"speaker": np.array([1], "int32")})):
        assert found.dtype in ("bfloat16", ops.convert_to_tensor(0, "bfloat16").dtype)


def test_layers_made_from_their_configs_are_the_same():
    for layer in (ConditionProducts(8, CHANNELS, parts=2), GlobalCondition(3, 4)):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()


@pytest.mark.neutral
@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: ConditionProducts(0, CHANNELS), "units=0"),
        (lambda: ConditionProducts(4, {"local": 0}), "local=0"),
        (lambda: GlobalCondition(-1), "speakers=-1"),
        (lambda: GlobalCondition(2, 0), "speaker_channels=0"),
    ],
)
def test_an_impossible_argument_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
