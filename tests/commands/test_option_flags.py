"""Flags made from the fields of options."""

import argparse

import pytest

from keras_wavenet.commands.option_flags import add_option_flags, options_from
from keras_wavenet.run_config import OptimizerOptions, RunConfig

pytestmark = pytest.mark.neutral


def parse(options, *flags):
    parser = argparse.ArgumentParser()
    add_option_flags(parser, options)
    return options_from(options, parser.parse_args(flags))


@pytest.mark.parametrize("options", [OptimizerOptions, RunConfig])
def test_without_flags_the_options_are_the_default_ones(options):
    assert parse(options) == options()


def test_flags_set_options_of_every_kind():
    found = parse(
        RunConfig, "--save-every", "3", "--sample-seconds", "0.5", "--no-tensorboard",
        "--rematerialize",
    )  # fmt: skip
    assert found == RunConfig(
        save_every=3, sample_seconds=0.5, tensorboard=False, rematerialize=True
    )
    assert parse(OptimizerOptions, "--schedule", "noam").schedule == "noam"


@pytest.mark.parametrize(
    "options, flags, words",
    [
        (RunConfig, ["--save-every", "0"], "an integer of at least 1. Received: 0"),
        (RunConfig, ["--save-every", "1.5"], "an integer of at least 1. Received: 1.5"),
        (OptimizerOptions, ["--epsilon", "inf"], "a number above 0. Received: inf"),
        (OptimizerOptions, ["--weight-averaging", "1"], "between 0 and 1. Received: 1"),
        (OptimizerOptions, ["--schedule", "steep"], "invalid choice: 'steep'"),
    ],
)
def test_a_value_out_of_its_range_is_refused(options, flags, words, capsys):
    with pytest.raises(SystemExit):
        parse(options, *flags)
    assert words in capsys.readouterr().err


def test_options_check_their_values_in_python_too():
    with pytest.raises(ValueError, match="`save_every` must be an integer of at least"):
        RunConfig(save_every=0)
    with pytest.raises(ValueError, match="`optimizer` must be one of adam, sgd, rms"):
        OptimizerOptions(optimizer="lion")
    with pytest.raises(ValueError, match="`rematerialize` must be true or false"):
        RunConfig(rematerialize="yes")
