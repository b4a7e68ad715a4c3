"""The names in the tables of chapter 12 are those of the package."""

import argparse
import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from keras_wavenet import WaveNet, config
from keras_wavenet.cli import build_parser
from keras_wavenet.distributions.logistic_mixture import LogisticMixture

pytestmark = pytest.mark.neutral

CHAPTER = Path(__file__).resolve().parents[2] / "docs/tutorial/12_from_public_code.py"


@pytest.fixture(scope="module")
def names():
    """What stands in backticks in the columns of this package."""
    text = CHAPTER.read_text(encoding="utf-8")
    rows = re.findall(r"^# \|.*\| (.*) \|$", text, flags=re.MULTILINE)
    found = [name for row in rows for name in re.findall("`([^`]+)`", row)]
    assert len(found) > 100
    return found


def test_flags_and_commands_are_those_of_the_command_line(names):
    (commands,) = [
        action.choices
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    flags = {flag for c in commands.values() for flag in c._option_string_actions}
    for name in names:
        if name.startswith("keras-wavenet"):
            assert name.split()[1] in commands
        assert set(re.findall(r"--[\w-]+", name)) <= flags


def test_arguments_are_those_of_the_model(names):
    arguments = {"kind", *inspect.signature(LogisticMixture).parameters}
    for description in (config.WaveNetConfig, config.UpsamplingConfig):
        arguments |= {field.name for field in dataclasses.fields(description)}
    mentioned = {re.match(r'"?(\w+)', n)[1] for n in names if re.match(r'"?\w+', n)}
    values = {"running", "keras", "upsampling", "total"}
    weights = {name.partition("/")[0] for name in names if "/" in name}
    assert mentioned - values - weights <= arguments


def test_weights_are_those_of_a_model_with_all_conditions(names):
    upsampling = {"kind": "stretch", "scales": [2, 2], "initial_kernel_size": 3}
    model = WaveNet(
        dilations=[1, 2],
        speakers=3,
        speaker_channels=2,
        local_channels=2,
        hop=4,
        upsampling=upsampling,
    )
    paths = {weight.path.replace("block_0", "block_i") for weight in model.weights}
    mentioned = {name for name in names if "/" in name}
    assert mentioned and mentioned <= paths
    codes = {"initial/kernel", "skip/kernel", "output/bias", "upsampling/kernel_1"}
    assert codes <= paths
