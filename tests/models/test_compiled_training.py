"""`compile(jit_compile=True)`: a compiled training step learns what any other does."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from tests.family import KINDS, SMALL, conditions_of

SAMPLES = 24
CLIPS = 2


def batch(model, samples=SAMPLES):
    """Two windows of noise, with what conditions them, and the samples to predict."""
    context = model.context_length
    length = (CLIPS, context + samples + 1)
    audio = np.random.default_rng(1).uniform(-0.5, 0.5, length).astype("float32")
    x = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    return x | conditions_of(model, samples), audio[:, context + 1 :]


def compiled(jit_compile, **arguments):
    """A model that is the same each time."""
    keras.utils.set_random_seed(0)
    model = WaveNet(**{**SMALL, "dilations": [1, 2], **arguments})
    model.compile(keras.optimizers.SGD(0.5), jit_compile=jit_compile)
    return model


def learn(model, steps=2, samples=SAMPLES):
    """The losses of a few steps, and the weights after them."""
    x, y = batch(model, samples)
    return [model.train_on_batch(x, y)[0] for _ in range(steps)], model.get_weights()


def test_a_step_learns_the_same_compiled_or_not():
    losses, weights = learn(compiled(False, **KINDS["vocoder"]))
    again, others = learn(compiled(True, **KINDS["vocoder"]))
    assert losses[0] != losses[1]
    np.testing.assert_allclose(again, losses, rtol=1e-4)
    for weight, other in zip(weights, others, strict=True):
        np.testing.assert_allclose(other, weight, rtol=1e-4, atol=1e-4)


def test_half_precision_keeps_small_changes_of_the_weights():
    model = compiled(True, dtype="mixed_bfloat16")
    model.optimizer.learning_rate = 1e-4  # changes below the precision of bfloat16
    start = model.get_weights()
    losses, _ = learn(model, steps=1)
    assert losses == pytest.approx(learn(compiled(False), steps=1)[0], rel=1e-2)
    changed = [np.any(a != b) for a, b in zip(start, model.get_weights(), strict=True)]
    assert all(changed)


def test_the_compiled_step_sees_weights_that_are_set_and_leaves_frozen_ones():
    model = compiled(True)
    learn(model, steps=1)
    model.set_weights([0.5 * weight for weight in model.get_weights()])
    start = model.get_weights()
    model.blocks[0].trainable = False
    model.compile(keras.optimizers.SGD(0.5), jit_compile=True)
    plain = compiled(False)
    plain.set_weights(start)
    frozen = model.blocks[0].get_weights()
    losses, after = learn(model, steps=1)
    assert losses == pytest.approx(learn(plain, steps=1)[0], rel=1e-4)
    for weight, before in zip(model.blocks[0].get_weights(), frozen, strict=True):
        np.testing.assert_array_equal(weight, before)
    assert any(not np.array_equal(a, b) for a, b in zip(start, after, strict=True))


@pytest.mark.filterwarnings("ignore:A network with dropout")  # on PyTorch
def test_dropout_is_drawn_anew_in_each_step():
    model = compiled(True, dropout=0.4)
    model.optimizer.learning_rate = 0.0
    losses, _ = learn(model, steps=2)
    assert losses[0] != losses[1]
