"""What the optimizer flags make."""

import argparse

import keras
import numpy as np
import pytest

from keras_wavenet.commands import optimizer_arguments
from keras_wavenet.training import schedules

STEPS = 100  # length of the run


def parse(*flags):
    parser = argparse.ArgumentParser()
    optimizer_arguments.add_optimizer_arguments(parser)
    return parser.parse_args(flags)


def make_optimizer(*flags):
    return optimizer_arguments.make_optimizer(parse(*flags), STEPS)


def rates_at(steps, *flags):
    arguments = parse(*flags, "--learning-rate", "0.1")
    schedule = optimizer_arguments.make_schedule(arguments, STEPS)
    return [float(schedule(step)) for step in steps]


@pytest.mark.parametrize("name", ["adam", "sgd", "rmsprop"])
def test_each_optimizer_takes_all_flags(name):
    optimizer = make_optimizer(
        "--optimizer", name, "--clipnorm", "2", "--weight-decay", "0.1"
    )
    assert type(optimizer).__name__.lower() == name
    assert (optimizer.clipnorm, optimizer.weight_decay) == (2.0, 0.1)


def test_weight_decay_leaves_biases_alone():
    dense = keras.layers.Dense(1, bias_initializer="ones", kernel_initializer="ones")
    dense.build((None, 1))
    optimizer = make_optimizer("--optimizer", "sgd", "--weight-decay", "0.5")
    optimizer.apply(
        [keras.ops.zeros((1, 1)), keras.ops.zeros(1)], dense.trainable_variables
    )
    kernel, bias = (float(np.squeeze(w)) for w in dense.get_weights())
    assert kernel < 1 and bias == 1


def test_the_schedules_end_where_they_say():
    assert rates_at([0, 100], "--schedule", "cosine") == pytest.approx([0.1, 0])
    assert rates_at([0, 100], "--schedule", "exponential") == pytest.approx([0.1, 1e-3])
    halved = rates_at([24, 25, 50, 75], "--schedule", "halving")
    assert halved == pytest.approx([0.1, 0.05, 0.025, 0.0125])


def test_decay_steps_replace_the_length_of_the_run():
    flags = ["--schedule", "halving", "--decay-steps", "10"]
    assert rates_at([9, 10, 20], *flags) == pytest.approx([0.1, 0.05, 0.025])


def test_the_schedule_starts_after_the_warmup():
    flags = ["--schedule", "cosine", "--warmup-steps", "20"]
    rates = rates_at([0, 9, 19, 20, 60, 100], *flags)
    assert rates == pytest.approx([0.005, 0.05, 0.1, 0.1, 0.05, 0])


def test_a_published_schedule_brings_its_own_rate_and_another_scales_it():
    make = optimizer_arguments.make_schedule
    published = make(parse("--schedule", "nsynth"), STEPS)
    scaled = make(parse("--schedule", "nsynth", "--learning-rate", "0.1"), STEPS)
    assert float(published(200_000)) == pytest.approx(2e-5, rel=1e-5)
    assert float(scaled(200_000)) == pytest.approx(0.01, rel=1e-5)
    assert make(parse("--schedule", "tacotron2"), STEPS) == 1e-4
    assert make(parse(), STEPS) == 1e-3


def test_the_flags_offer_just_the_published_schedules():
    assert set(optimizer_arguments.PUBLISHED) == set(schedules.PUBLISHED)


def test_only_schedules_that_end_with_the_run_depend_on_its_length():
    for name in optimizer_arguments.SCHEDULES:
        depends = name in ("cosine", "exponential", "halving")
        flags = ["--schedule", name]
        found = optimizer_arguments.schedule_depends_on_length(parse(*flags))
        assert found == depends
        if depends:
            fixed = parse(*flags, "--decay-steps", "10")
            assert not optimizer_arguments.schedule_depends_on_length(fixed)
        if not found:
            short, long = (
                optimizer_arguments.make_schedule(parse(*flags), steps)
                for steps in (100, 1_000_000)
            )
            rates = [one(90_500) if callable(one) else one for one in (short, long)]
            assert float(rates[0]) == float(rates[1])


def test_gradients_can_be_clipped_in_three_ways_but_one_at_a_time(capsys):
    assert make_optimizer("--global-clipnorm", "3").global_clipnorm == 3
    assert make_optimizer("--clipvalue", "5").clipvalue == 5
    with pytest.raises(SystemExit):
        parse("--clipnorm", "1", "--clipvalue", "5")
    assert "not allowed with" in capsys.readouterr().err


def test_averaging_keeps_the_average_beside_the_weights():
    optimizer = make_optimizer("--weight-averaging", "0.75", "--optimizer", "sgd")
    weight = keras.Variable([0.0])
    for _ in range(2):
        optimizer.apply([keras.ops.ones(1)], [weight])
    (average,) = optimizer._model_variables_moving_average
    assert float(weight.numpy()[0]) < float(average.numpy()[0]) < 0
    assert optimizer.ema_overwrite_frequency is None


@pytest.mark.parametrize("text", ["0", "1", "1.5", "nan"])
def test_a_momentum_must_lie_between_0_and_1(text, capsys):
    with pytest.raises(SystemExit):
        parse("--weight-averaging", text)
    assert f"between 0 and 1. Received: {text}" in capsys.readouterr().err


def test_epsilon_reaches_the_optimizers_that_have_one():
    assert make_optimizer("--epsilon", "1e-8").epsilon == 1e-8
    assert make_optimizer().epsilon == 1e-7
    with pytest.raises(ValueError, match="--epsilon"):
        make_optimizer("--epsilon", "1e-8", "--optimizer", "sgd")


def test_a_constant_rate_takes_no_decay_steps():
    with pytest.raises(ValueError, match="--schedule constant never falls.*--decay"):
        make_optimizer("--decay-steps", "5")


def test_a_published_schedule_takes_no_decay_steps():
    with pytest.raises(ValueError, match="--schedule nsynth.*--decay-steps"):
        make_optimizer("--schedule", "nsynth", "--decay-steps", "5")
