"""Arguments and config files that a recognizer refuses."""

import json

import pytest

from keras_wavenet import preset_places
from keras_wavenet.recognition.recognizer import Recognizer

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"classes": 1}, "`classes` must be .*Received: classes=1"),
        ({"classes": "ab"}, "number or a list of their names. Received: classes='ab'"),
        ({"classes": None}, "number or a list of their names"),
        ({"classes": ["a", "a"]}, "different texts"),
        ({"classes": ["a", 2]}, "different texts"),
        ({"classes": ["a"]}, "`number of classes` must be"),
        ({"pool": 0}, "`pool` must be .*Received: pool=0"),
        ({"frame_layers": -1}, "`frame_layers` must be"),
        ({"frame_channels": 1.5}, "`frame_channels` must be"),
        ({"frame_kernel_size": 4}, "must be odd.*Received: frame_kernel_size=4"),
        ({"next_sample_weight": -1}, "Received: next_sample_weight=-1"),
        ({"next_sample_weight": float("nan")}, "Received: next_sample_weight=nan"),
        ({"residual_channels": 0}, "`residual_channels` must be"),
        ({"frame_layer": 1}, "no argument `frame_layer`. Did you mean `frame_layers`?"),
        ({"dilation": [1]}, "no argument `dilation`. Did you mean `dilations`?"),
    ],
)
def test_an_impossible_argument_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Recognizer(**{"classes": 3, **arguments})


@pytest.fixture(scope="module")
def config():
    """The config of the built-in preset."""
    folder = preset_places.find("wavenet_timit")
    return json.loads((folder / "config.json").read_text("utf-8"))["config"]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"dilations": [1] * 3000}, "`dilations` must be a list of 1 to 512"),
        ({"skip_channels": 2 * 10**8}, "`skip_channels` must be at most"),
        ({"frame_channels": 2 * 10**8}, "`frame_channels` must be at most"),
        ({"frame_layers": 10**6}, "`frame_layers` must be at most"),
        ({"frame_kernel_size": 10**6 + 1}, "`frame_kernel_size` must be at most"),
        ({"pool": 2**40}, "`pool` must be at most"),
        ({"classes": 39}, "`classes` must be a list of names"),
        ({"classes": ["a" * 999, "b"]}, "at most 200 characters"),
        ({"classes": [["os"], "b"]}, "different texts"),
        ({"next_sample_weight": "1"}, "`next_sample_weight` must be of type float"),
        ({"extra": 1}, "`config` must have"),
    ],
)
def test_a_config_with_a_value_out_of_range_is_refused(config, changes, message):
    with pytest.raises(ValueError, match=message):
        Recognizer.check_config({**config, **changes})


def test_a_preset_of_too_many_weights_is_refused_before_it_is_built(config, tmp_path):
    large = {"frame_channels": 16384, "frame_layers": 64, "frame_kernel_size": 4095}
    content = {"registered_name": "keras_wavenet>Recognizer"}
    content["config"] = {**config, **large}
    (tmp_path / "config.json").write_text(json.dumps(content))
    (tmp_path / "metadata.json").write_text("{}")
    with pytest.raises(ValueError, match="weights at most. Received: 69,"):
        Recognizer.from_preset(tmp_path)


def test_a_config_that_lacks_something_is_refused(config):
    Recognizer.check_config(config)
    for key in config:
        with pytest.raises(ValueError, match="`config` must have"):
            Recognizer.check_config({k: v for k, v in config.items() if k != key})


def test_the_description_of_the_preset_separates_the_paper_from_choices(config):
    words = Recognizer.presets["wavenet_timit"]
    for expected in ("160", "TIMIT", "18.8", "choice", "without weights"):
        assert expected in words, expected
    assert config["pool"] == 160 and len(config["classes"]) == 39
    with pytest.warns(UserWarning, match="weights are untrained"):
        model = Recognizer.from_preset("wavenet_timit", frame_channels=8)
    assert model.receptive_field == 5117 and model.frame_channels == 8
