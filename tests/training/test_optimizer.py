"""The optimizer and the learning rate of a run."""

import keras
import numpy as np
import pytest

from keras_wavenet import run_config
from keras_wavenet.training import OptimizerOptions, optimizer, schedules

STEPS = 100  # length of the run


def make_optimizer(**options):
    return optimizer.make_optimizer(OptimizerOptions(**options), STEPS)


def make_schedule(steps=STEPS, **options):
    return optimizer.make_schedule(OptimizerOptions(**options), steps)


def rates_at(steps, **options):
    schedule = make_schedule(**options, learning_rate=0.1)
    return [float(schedule(step)) for step in steps]


@pytest.mark.parametrize("name", ["adam", "sgd", "rmsprop"])
def test_each_optimizer_takes_all_options(name):
    made = make_optimizer(optimizer=name, clipnorm=2, weight_decay=0.1)
    assert type(made).__name__.lower() == name
    assert (made.clipnorm, made.weight_decay) == (2.0, 0.1)


def test_weight_decay_leaves_biases_alone():
    dense = keras.layers.Dense(1, bias_initializer="ones", kernel_initializer="ones")
    dense.build((None, 1))
    sgd = make_optimizer(optimizer="sgd", weight_decay=0.5)
    sgd.apply([keras.ops.zeros((1, 1)), keras.ops.zeros(1)], dense.trainable_variables)
    kernel, bias = (float(np.squeeze(w)) for w in dense.get_weights())
    assert kernel < 1 and bias == 1


def test_the_schedules_end_where_they_say():
    assert rates_at([0, 100], schedule="cosine") == pytest.approx([0.1, 0])
    assert rates_at([0, 100], schedule="exponential") == pytest.approx([0.1, 1e-3])
    halved = rates_at([24, 25, 50, 75], schedule="halving")
    assert halved == pytest.approx([0.1, 0.05, 0.025, 0.0125])


def test_a_cyclic_rate_falls_to_zero_in_each_quarter_of_the_run():
    rates = rates_at([0, 12.5, 24.9999, 25, 37.5, 75], schedule="cyclic")
    assert rates == pytest.approx([0.1, 0.05, 0, 0.1, 0.05, 0.1], abs=1e-6)
    rates = rates_at([0, 5, 10], schedule="cyclic", decay_steps=10)
    assert rates == pytest.approx([0.1, 0.05, 0.1], abs=1e-6)


def test_decay_steps_replace_the_length_of_the_run():
    rates = rates_at([9, 10, 20], schedule="halving", decay_steps=10)
    assert rates == pytest.approx([0.1, 0.05, 0.025])


def test_the_schedule_starts_after_the_warmup():
    steps = [0, 9, 19, 20, 60, 100]
    rates = rates_at(steps, schedule="cosine", warmup_steps=20)
    assert rates == pytest.approx([0.005, 0.05, 0.1, 0.1, 0.05, 0])


def test_a_published_schedule_brings_its_own_rate_and_another_scales_it():
    published = make_schedule(schedule="nsynth")
    scaled = make_schedule(schedule="nsynth", learning_rate=0.1)
    assert float(published(200_000)) == pytest.approx(2e-5, rel=1e-5)
    assert float(scaled(200_000)) == pytest.approx(0.01, rel=1e-5)
    assert make_schedule(schedule="tacotron2") == 1e-4
    assert make_schedule() == 1e-3


def test_the_names_of_schedules_are_those_that_are_implemented():
    assert set(run_config.PUBLISHED) == set(schedules.PUBLISHED)


def test_only_schedules_that_end_with_the_run_depend_on_its_length():
    for name in run_config.SCHEDULES:
        depends = name in ("cosine", "cyclic", "exponential", "halving")
        options = OptimizerOptions(schedule=name)
        assert options.depends_on_length == depends
        if depends:
            fixed = OptimizerOptions(schedule=name, decay_steps=10)
            assert not fixed.depends_on_length
        else:
            short, long = (make_schedule(n, schedule=name) for n in (100, 1_000_000))
            rates = [one(90_500) if callable(one) else one for one in (short, long)]
            assert float(rates[0]) == float(rates[1])


def test_gradients_can_be_clipped_in_three_ways_but_one_at_a_time():
    assert make_optimizer(global_clipnorm=3).global_clipnorm == 3
    assert make_optimizer(clipvalue=5).clipvalue == 5
    with pytest.raises(ValueError, match="At most one.*clipnorm, clipvalue"):
        OptimizerOptions(clipnorm=1, clipvalue=5)


def test_averages_are_kept_apart_from_the_weights():
    sgd = make_optimizer(weight_averaging=0.75, optimizer="sgd")
    weight = keras.Variable([0.0])
    for _ in range(2):
        sgd.apply([keras.ops.ones(1)], [weight])
    (average,) = sgd._model_variables_moving_average
    assert float(weight.numpy()[0]) < float(average.numpy()[0]) < 0
    assert sgd.ema_overwrite_frequency is None


@pytest.mark.parametrize("momentum", [0, 1, 1.5, float("nan")])
def test_a_momentum_must_lie_between_0_and_1(momentum):
    with pytest.raises(ValueError, match="`weight_averaging` must be.*between 0 and 1"):
        OptimizerOptions(weight_averaging=momentum)


def test_epsilon_reaches_the_optimizers_that_have_one():
    assert make_optimizer(epsilon=1e-8).epsilon == 1e-8
    assert make_optimizer().epsilon == 1e-7
    with pytest.raises(ValueError, match="`epsilon`.*optimizer='sgd'"):
        OptimizerOptions(epsilon=1e-8, optimizer="sgd")


def test_a_constant_rate_takes_no_decay_steps():
    with pytest.raises(ValueError, match="`decay_steps`.*schedule='constant'"):
        OptimizerOptions(decay_steps=5)


def test_a_published_schedule_takes_no_decay_steps():
    with pytest.raises(ValueError, match="`decay_steps`.*schedule='nsynth'"):
        OptimizerOptions(schedule="nsynth", decay_steps=5)


def test_momentum_reaches_the_optimizers_that_have_one():
    assert make_optimizer(optimizer="sgd").momentum == 0.9
    assert make_optimizer(optimizer="sgd", momentum=0).momentum == 0
    assert make_optimizer(optimizer="rmsprop", momentum=0.5).momentum == 0.5
    with pytest.raises(ValueError, match="`momentum`.*optimizer='adam'"):
        OptimizerOptions(momentum=0.9)
    with pytest.raises(ValueError, match="of at least 0 and below 1"):
        OptimizerOptions(optimizer="sgd", momentum=1)


def test_plateau_alone_takes_a_patience_and_no_warmup():
    with pytest.raises(ValueError, match="`patience`.*schedule='constant'"):
        OptimizerOptions(patience=2)
    with pytest.raises(ValueError, match="`warmup_steps`.*schedule='plateau'"):
        OptimizerOptions(schedule="plateau", warmup_steps=2)
