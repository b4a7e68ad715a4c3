"""Features from names and configs; a config can only name registered features."""

import copy
import json

import numpy as np
import pytest

from keras_wavenet import features
from keras_wavenet.features import CHOICES, FrameFeatures, LogF0, LogMel
from keras_wavenet.features.config import with_current_names

pytestmark = pytest.mark.neutral


@pytest.fixture
def config():
    parts = [LogMel(8000, 100, 256, 256, 4, 50, 4000), LogF0(8000, 100)]
    mean, std = [0.1, -2.0, 3.5, 0.0, 5.0, 0.5], [1.0, 2.0, 0.5, 1, 0.2, 0.5]
    return FrameFeatures(parts, mean, std).get_config()


@pytest.mark.parametrize("name", CHOICES)
def test_features_made_from_their_config_are_the_same(name, noise):
    named = features.get(name)
    again = features.get(json.loads(json.dumps(named.get_config())))
    assert again.get_config() == named.get_config()
    assert again.parts == named.parts
    waveform = noise(1000)
    np.testing.assert_array_equal(again(waveform), named(waveform))


def test_statistics_survive_json_exactly(config, noise):
    one = features.get(config)
    again = features.get(json.loads(json.dumps(one.get_config())))
    assert again.get_config() == one.get_config()
    np.testing.assert_array_equal(again(noise(900)), one(noise(900)))
    assert features.get(again) is again


def test_settings_with_a_default_may_be_left_out():
    config = {"name": "log_f0", "sample_rate": 16000, "hop": 80}
    assert features.get({"parts": [config]}).parts == (LogF0(16000, 80),)


@pytest.mark.parametrize("name", ["mel", "os.system", "__class__", "log_mel"])
def test_an_unknown_name_is_an_error_with_the_known_names(name):
    with pytest.raises(ValueError, match=f"one of .*'mel_16k'.*Received: '{name}'"):
        features.get(name)


@pytest.mark.parametrize("received", [None, 80, ["mel_16k"], LogF0(16000, 80)])
def test_a_value_of_another_type_is_refused(received):
    with pytest.raises(TypeError, match="the name of a choice, a config or features"):
        features.get(received)


def changed(config, path, value):
    config = copy.deepcopy(config)
    *way, key = path
    inner = config
    for step in way:
        inner = inner[step]
    inner[key] = value
    return config


@pytest.mark.parametrize(
    "path, value, message",
    [
        (["parts"], [], "`parts` must be a list of 1 to 8"),
        (["parts"], {}, "`parts` must be a list"),
        (
            ["parts"],
            [{"name": "log_f0", "sample_rate": 8000, "hop": 99}] * 9,
            "list of",
        ),
        (["parts", 0], "log_mel", r"`parts\[0\]` must be a config"),
        (["parts", 0, "name"], "LogMel", r"`parts\[0\].name` must be one of"),
        (["parts", 1, "name"], ["log_f0"], r"`parts\[1\].name` must be one of"),
        (["parts", 0, "bins"], 4, r"`parts\[0\]` must have .*bins"),
        (["parts", 0, "n_mels"], 1025, r"`parts\[0\]`: `n_mels` must be an integer"),
        (["parts", 0, "n_fft"], 10**9, r"`parts\[0\]`: `n_fft`"),
        (["parts", 1, "fmax"], "500", r"`parts\[1\]`: `fmax`"),
        (["parts", 1, "hop"], 80, "the same `sample_rate` and `hop`"),
        (["mean"], [0.0], "`mean` must hold 6 numbers"),
        (["std"], None, "`mean` and `std` must be given together"),
        (["std", 2], -1.0, "`std` must hold"),
        (["class"], "FrameFeatures", "`features` must have"),
    ],
)
def test_a_wrong_config_is_refused_by_the_name_of_its_key(config, path, value, message):
    with pytest.raises(ValueError, match=message):
        features.get(changed(config, path, value))


OLD_CONFIG = {  # as presets had it before the keys were renamed
    "parts": [
        {
            "name": "log_mel",
            "sample_rate": 8000,
            "hop": 100,
            "window": 256,
            "fft": 256,  # old spelling
            "bands": 4,  # old spelling
            "lowest": 50,  # old spelling
            "highest": 4000,  # old spelling
            "centre": "start",  # old spelling
        },
        {
            "name": "log_f0",
            "sample_rate": 8000,
            "hop": 100,
            "lowest": 70.0,  # old spelling
            "highest": 400.0,  # old spelling
        },
    ],
    "mean": [0.0] * 6,
    "deviation": [2.0] * 6,  # old spelling
}


def test_a_config_with_the_old_names_of_keys_makes_the_same_features():
    mel = LogMel(8000, 100, 256, 256, 4, 50, 4000, center="start")
    current = FrameFeatures([mel, LogF0(8000, 100, 70.0, 400.0)], [0.0] * 6, [2.0] * 6)
    given = copy.deepcopy(OLD_CONFIG)
    assert features.get(given).get_config() == current.get_config()
    assert given == OLD_CONFIG
    renamed = with_current_names(OLD_CONFIG)
    assert with_current_names(renamed) == renamed
    assert set(renamed) == set(current.get_config())


def test_two_names_of_one_key_are_refused():
    config = copy.deepcopy(OLD_CONFIG)
    config["parts"][0]["n_fft"] = 512
    with pytest.raises(ValueError, match=r"`parts\[0\]` must have .*'fft'"):
        features.get(config)


@pytest.mark.parametrize(
    "config", [{}, {"parts": None}, {"parts": [1, {}, {"name": ["log_mel"]}]}]
)
def test_renaming_leaves_other_values_unchanged(config):
    assert with_current_names(config) == config


def test_a_config_without_a_setting_is_refused(config):
    del config["parts"][0]["hop"]
    with pytest.raises(ValueError, match=r"`parts\[0\]` must have .*'hop'"):
        features.get(config)


def test_only_computing_needs_the_extra(run_without):
    program = """
import numpy as np
from keras_wavenet import features
for name in features.CHOICES:
    named = features.get(name)
    print(features.get(named.get_config()).channels, named.hop, named.sample_rate)
    try:
        named(np.zeros(1000, "float32"))
    except ImportError as error:
        print('pip install "keras-wavenet[features]"' in str(error))
"""
    missing = {"jax", "librosa", "numba", "scipy", "soundfile", "soxr"}
    printed = run_without(missing, program, "torch").split()  # JAX needs SciPy
    assert printed.count("True") == len(CHOICES)
    assert printed[:3] == ["80", "200", "16000"]
