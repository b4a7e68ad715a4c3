"""`keras-wavenet train --jit-compile`: what decides whether steps are compiled."""

import argparse
import types

import pytest

from keras_wavenet import backend_defaults
from keras_wavenet.commands import train

LONG = 10**12  # samples


@pytest.fixture
def arguments():
    """Parses flags of the command."""
    parser = argparse.ArgumentParser()
    train.add_length_arguments(parser)
    return lambda *flags: parser.parse_args(flags)


def model(dropout=0.0):
    return types.SimpleNamespace(
        architecture=types.SimpleNamespace(dropout=dropout),
        multiply_adds_per_sample=1000,
    )


def test_a_flag_decides(arguments):
    for flag, wanted in (("--jit-compile", True), ("--no-jit-compile", False)):
        assert train.choose_jit_compile(arguments(flag), model(), LONG) is wanted


def test_without_a_flag_it_is_what_suits_the_backend_and_the_length(arguments):
    chosen = train.choose_jit_compile(arguments(), model(), LONG)
    assert chosen == backend_defaults.jit_compile_for(1000 * LONG)


def test_steps_that_would_not_be_compiled_or_save_memory_are_left_to_keras(arguments):
    for flags, dropout in ((("--rematerialize",), 0.0), ((), 0.1)):
        assert (
            train.choose_jit_compile(arguments(*flags), model(dropout), LONG) == "auto"
        )
