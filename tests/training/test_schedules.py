"""The learning rates of published models, at the steps where they change."""

import keras
import pytest

from keras_wavenet.training import LinearWarmup, schedules
from keras_wavenet.training.schedules import Noam, published_schedule


def rates(schedule, *steps):
    return [float(schedule(step)) for step in steps]


def test_nsynth_drops_at_the_steps_that_its_code_names():
    drops = {
        90_000: 4e-4 / 3,
        120_000: 6e-5,
        150_000: 4e-5,
        180_000: 2e-5,
        210_000: 6e-6,
        240_000: 2e-6,
    }
    before = 2e-4
    for step, after in drops.items():
        found = rates(published_schedule("nsynth"), step - 1, step)
        assert found == pytest.approx([before, after], rel=1e-5)
        before = after


def test_clarinet_halves_after_each_200_000_steps():
    found = rates(published_schedule("clarinet"), 0, 199_999, 200_000, 400_000)
    assert found == pytest.approx([1e-3, 1e-3, 5e-4, 2.5e-4])


def test_rayhane_falls_smoothly_to_a_half():
    found = rates(published_schedule("rayhane"), 0, 100_000, 200_000)
    assert found == pytest.approx([1e-3, 1e-3 * 0.5**0.5, 5e-4], rel=1e-5)


def test_noam_rises_to_its_peak_and_falls_with_the_square_root():
    found = rates(published_schedule("noam"), 0, 1999, 3999, 15_999)
    assert found == pytest.approx([1e-3 / 4000, 5e-4, 1e-3, 5e-4], rel=1e-5)


def test_tacotron2_never_changes():
    assert published_schedule("tacotron2") == 1e-4


@pytest.mark.parametrize("name", sorted(schedules.PUBLISHED))
def test_a_peak_scales_the_whole_schedule(name):
    for step in (0, 100, 130_000, 500_000):
        published, scaled = (
            one(step) if callable(one) else one
            for one in (published_schedule(name), published_schedule(name, peak=1.0))
        )
        peak = {"nsynth": 2e-4, "tacotron2": 1e-4}.get(name, 1e-3)
        assert float(published) == pytest.approx(peak * float(scaled), rel=1e-5)


@pytest.mark.parametrize("name", sorted(schedules.PUBLISHED))
def test_an_optimizer_takes_each_and_comes_back_with_it(name):
    optimizer = keras.optimizers.Adam(published_schedule(name))
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert float(again.learning_rate) == pytest.approx(float(optimizer.learning_rate))


def test_unknown_names_and_no_steps_are_refused():
    with pytest.raises(ValueError, match="'tacotron2'.*Received: name='tacotron'"):
        published_schedule("tacotron")
    with pytest.raises(ValueError, match="warmup_steps=0"):
        Noam(1e-3, 0)


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
