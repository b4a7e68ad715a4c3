"""What the optimizer flags make."""

import argparse

import keras
import numpy as np
import pytest

from keras_wavenet.commands import optimizer_arguments

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
