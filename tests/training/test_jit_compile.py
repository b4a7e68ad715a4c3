"""What decides whether the steps of a run are compiled."""

import types

from keras_wavenet import backend_defaults
from keras_wavenet.training import RunConfig
from keras_wavenet.training.run_compilation import choose_jit_compile

LONG = 10**12  # samples


def model(dropout=0.0):
    return types.SimpleNamespace(
        architecture=types.SimpleNamespace(dropout=dropout),
        multiply_adds_per_sample=1000,
    )


def test_the_config_decides():
    for wanted in (True, False):
        config = RunConfig(jit_compile=wanted)
        assert choose_jit_compile(config, model(), LONG) is wanted


def test_by_default_it_is_what_suits_the_backend_and_the_length():
    chosen = choose_jit_compile(RunConfig(), model(), LONG)
    assert chosen == backend_defaults.jit_compile_for(1000 * LONG)


def test_steps_that_would_not_be_compiled_or_save_memory_are_left_to_keras():
    for rematerialize, dropout in ((True, 0.0), (False, 0.1)):
        config = RunConfig(rematerialize=rematerialize)
        assert choose_jit_compile(config, model(dropout), LONG) == "auto"
