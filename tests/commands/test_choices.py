"""The choices of flags, which are listed without Keras, are those of the library."""

import argparse

import keras
import pytest

from keras_wavenet import distributions, features
from keras_wavenet.cli import build_parser
from keras_wavenet.commands import backend_choice
from keras_wavenet.data.windows.pipelines import PIPELINES
from keras_wavenet.generation import engines
from keras_wavenet.layers.upsampling_arguments import KINDS, LINEAR
from keras_wavenet.training.schedules import PUBLISHED

pytestmark = pytest.mark.neutral

OWN_SCHEDULES = ("constant", "cosine", "cyclic", "exponential", "halving", "plateau")


def choices(flag, command="train"):
    """The choices of a flag of a command; those in braces where others may follow."""
    (commands,) = (
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    (action,) = (
        action
        for action in commands.choices[command]._actions
        if flag in action.option_strings
    )
    return sorted(action.choices or action.metavar.strip("{}").split(","))


@pytest.mark.parametrize(
    "flag, expected",
    [
        ("--distribution", distributions.registry.DISTRIBUTIONS),
        ("--features", features.CHOICES),
        ("--upsampling", (*KINDS, LINEAR)),
        ("--pipeline", ("auto", *PIPELINES)),
        ("--backend", engines.BACKENDS),
        ("--schedule", (*OWN_SCHEDULES, *PUBLISHED)),
    ],
)
def test_a_flag_has_the_choices_of_the_library(flag, expected):
    assert choices(flag) == sorted(expected)


def test_the_optimizers_are_those_of_keras():
    for name in choices("--optimizer"):
        assert isinstance(keras.optimizers.get(name), keras.optimizers.Optimizer)


def test_every_backend_may_be_chosen():
    assert choices("--backend", "generate") == sorted(backend_choice.BACKENDS)
