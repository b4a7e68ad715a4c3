"""The rise of the learning rate."""

import keras
import pytest

from keras_wavenet.training import LinearWarmup


def test_the_rate_rises_in_equal_steps_and_then_stays():
    warmup = LinearWarmup(0.8, 4)
    rates = [float(warmup(step)) for step in range(6)]
    assert rates == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])


def test_it_comes_back_from_its_config():
    decay = keras.optimizers.schedules.CosineDecay(0.1, 10)
    config = keras.saving.serialize_keras_object(LinearWarmup(decay, 2))
    warmup = keras.saving.deserialize_keras_object(config)
    assert warmup.warmup_steps == 2
    assert float(warmup(7)) == pytest.approx(float(decay(5)))


def test_an_optimizer_uses_it():
    optimizer = keras.optimizers.SGD(LinearWarmup(1.0, 2))
    weight = keras.Variable([0.0])
    for _ in range(3):
        optimizer.apply([keras.ops.ones(1)], [weight])
    assert keras.ops.convert_to_numpy(weight) == pytest.approx([-2.5])


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="warmup_steps=0"):
        LinearWarmup(0.1, 0)
