"""Architecture flags."""

import argparse
import re

import pytest

from keras_wavenet import WaveNet, preset_io
from keras_wavenet.commands import model_arguments

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1,2,4,8", [1, 2, 4, 8]),
        ("1..8", [1, 2, 4, 8]),
        ("1..4x3", [1, 2, 4, 1, 2, 4, 1, 2, 4]),
        ("1..4x2, 9", [1, 2, 4, 1, 2, 4, 9]),
    ],
)
def test_dilations_are_lists_and_doubling_cycles(text, expected):
    assert model_arguments.parse_integers("--dilations", text) == expected


@pytest.mark.parametrize("text", ["", "1,,2", "2..8", "1..8x", "one", "1..3"])
def test_other_dilations_are_refused(text):
    with pytest.raises(ValueError, match="Received: " + re.escape(text)):
        model_arguments.parse_integers("--dilations", text)


@pytest.fixture
def overrides():
    """What flags change of a preset with so many arguments."""

    def parse(*flags, **config):
        parser = argparse.ArgumentParser()
        model_arguments.add_model_arguments(parser)
        config = {"distribution": {"name": "categorical", "levels": 256}, **config}
        return model_arguments.model_overrides(parser.parse_args(flags), config)

    return parse


def test_only_flags_that_were_given_change_a_preset(overrides):
    given = ["--dilations", "1,2", "--skip-channels", "8", "--no-use-bias"]
    expected = {"dilations": [1, 2], "skip_channels": 8, "use_bias": False}
    assert overrides(*given) == expected
    assert overrides() == {}


def test_options_of_other_projects_have_flags(overrides):
    assert overrides(
        "--initial-activation", "tanh", "--skip-scaling", "none", "--initial-skip",
        "--residual-scale", "0.5", "--start", "zeros",
    ) == {
        "initial_activation": "tanh", "skip_scaling": None, "initial_skip": True,
        "residual_scale": 0.5, "start": "zeros",
    }  # fmt: skip


def test_another_distribution_hears_what_suits_it(overrides):
    mixture = {"name": "logistic_mixture", "components": 3, "levels": 65536}
    flags = ["--distribution", "logistic_mixture", "--components", "3"]
    found = overrides(*flags, input_encoding="codes", input_levels=256)
    assert mixture.items() <= found["distribution"].items()
    assert found["input_encoding"] is found["input_levels"] is None
    kept = overrides(*flags, "--input-encoding", "companded", "--input-levels", "256")
    assert (kept["input_encoding"], kept["input_levels"]) == ("companded", 256)


def test_levels_and_components_change_the_distribution_of_the_preset(overrides):
    mixture = {"name": "gaussian", "components": 2, "min_log_scale": -5.0}
    found = overrides("--levels", "4096", distribution=mixture)["distribution"]
    assert found == {**mixture, "levels": 4096}
    with pytest.raises(ValueError, match="--components.*--distribution"):
        overrides("--components", "4")
    with pytest.raises(ValueError, match="--mu.*--distribution"):
        overrides("--mu", "255")
    found = overrides("--distribution", "gaussian", "--mu", "255")
    assert found["distribution"]["mu"] == 255 and found["input_encoding"] is None


def test_a_file_of_arguments_replaces_those_of_a_preset(tmp_path):
    config = preset_io.read_config(WaveNet, "wavenet_tiny")
    path = tmp_path / "voice.json"
    path.write_text('{"dilations": [1, 2], "distribution": {"name": "gaussian"}}')
    given = model_arguments.read_arguments(path, config)
    assert given["dilations"] == [1, 2]
    model = WaveNet.from_preset("wavenet_tiny", load_weights=False, **given)
    assert model.dilations == (1, 2) and model.input_encoding == "waveform"
    assert model_arguments.read_arguments(None, config) == {}


@pytest.mark.parametrize(
    "content, message",
    [
        ("[1, 2]", "it holds no object"),
        ("{", "JSON"),
        ('{"skip_chanels": 8}', "skip_chanels"),
        ('{"skip_channels": 0}', "skip_channels"),
    ],
)
def test_a_file_of_other_things_is_refused(tmp_path, content, message):
    path = tmp_path / "voice.json"
    path.write_text(content)
    config = preset_io.read_config(WaveNet, "wavenet_tiny")
    with pytest.raises(ValueError, match="--config must be a JSON file") as refused:
        model_arguments.read_arguments(path, config)
    assert message in str(refused.value)
