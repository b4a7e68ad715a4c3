"""Limits on the config of a file: what is out of bounds is refused before building."""

import json
import random
import time

import keras
import pytest

from keras_wavenet import WaveNet, preset_io
from keras_wavenet.models import bounds

pytestmark = pytest.mark.neutral

STRETCH = {"kind": "stretch", "scales": [256], "kernel_sizes": [513]}
STACK = {"dilations": [1, 2], "channels": 8, "hop": 160}
# What a damaged or hostile file may have anywhere.
ODD_VALUES = [
    *(None, True, False, 0, 1, 2, -1, 10**400, 2**40, 1.5, 1e308, "", "x", "\0"),
    *(float("nan"), float("inf"), "../..", "os.system", [], {}, [1], [[1]], ["a"]),
    *(["a", "a"], [1] * 3000, {"name": "x"}, {"kind": "stretch"}, {"parts": [1]}),
]


@pytest.fixture(scope="module")
def config():
    """A network with every kind of condition."""
    return {
        **preset_io.read_config(WaveNet, "wavenet_ljspeech_mol"),
        "speakers": ["anna", "ben"],
        "speaker_channels": 4,
        "tags": 3,
        "global_channels": 2,
        "context_stack": STACK,
        "waveform_filter": {"coefficients": [-0.85, 0.2], "gain": 0.5},
    }


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"dtype": "int8"}, "`dtype` must be one of"),
        ({"speakers": 10**9}, "`speakers` must be at most"),
        ({"speakers": ["a"] * 10**5}, "`speakers` must be at most"),
        ({"speakers": [["os"]]}, "must be a number or a list of names"),
        ({"speakers": True}, "`speakers` must be an integer"),
        ({"speaker_channels": 10**9}, "`speaker_channels` must be at most"),
        ({"tags": "rock"}, "`tags` must be an integer"),
        ({"global_channels": 2.0}, "`global_channels` must be an integer"),
        ({"features": "os.system"}, "`features` must be one of"),
        ({"features": {"parts": [{"name": "os.system"}]}}, "must be one of"),
        ({"hop": 255}, "make frames with hop=256"),
        ({"hop": 2**40, "features": None}, "`hop` must be at most"),
        ({"upsampling": "stretch"}, "`upsampling` must be of type dict"),
        ({"upsampling": {"kind": "os.system"}}, "`upsampling.kind` must be one of"),
        ({"upsampling": {"kind": ["stretch"]}}, "`upsampling.kind` must be one of"),
        ({"upsampling": {**STRETCH, "scales": [255]}}, "multiply to the samples"),
        ({"upsampling": {**STRETCH, "scales": [1] * 99}}, "list of 1 to 16"),
        ({"upsampling": {**STRETCH, "more": 1}}, "known names alone"),
        (
            {"upsampling": {**STRETCH, "negative_slope": 10**400}},
            "`negative_slope` must be a number from 0 to 1",
        ),
        (
            {"upsampling": {"kind": "transposed", "kernel_sizes": [65536]}},
            r"`frames of kernel_sizes\[0\]` must be at most",
        ),
        (
            {"upsampling": {"kind": "stretch", "initial_kernel_size": 4095}},
            "`upsampling.initial_kernel_size` must be at most",
        ),
        (
            {"upsampling": {**STRETCH, "frequency_kernel_size": 2}},
            "`frequency_kernel_size` must be odd",
        ),
        (
            {
                "upsampling": {"kind": "stretch"},
                "features": None,
                "hop": 65536,
            },
            r"`table of kernel_sizes\[0\]` must be at most",  # 52 GB
        ),
        ({"context_stack": [1]}, "`context_stack` must be of type dict"),
        (
            {"context_stack": {**STACK, "channels": 10**9}},
            "`context_stack.channels` must",
        ),
        (
            {"context_stack": {**STACK, "hop": 2**30}},
            "`context_stack.hop` must be",
        ),
        (
            {"context_stack": {**STACK, "kernel_size": 1}},
            "`context_stack.kernel_size` must",
        ),
        (
            {"context_stack": {**STACK, "use_bias": 1}},
            "use_bias` must be of type",
        ),
        ({"context_stack": {**STACK, "dilations": []}}, "list of 1 to 512 integers"),
        ({"context_stack": {**STACK, "more": 1}}, "may have"),
        (
            {"context_stack": {**STACK, "dilations": [2**20]}},
            "`samples of the context stack` must be at most",
        ),
        ({"dilations": [2**20] * 99}, "`receptive_field` must be at most"),
        (
            {"dilations": [1] * 512, "kernel_size": 4096},
            "`taps of all blocks` must be at most",
        ),
        ({"input_encoding": ["codes"]}, "`input_encoding` must be one of"),
        ({"input_levels": 2**20}, "`input_levels` must be at most 65536"),
        ({"initial_activation": "os.system"}, "`initial_activation` must be one of"),
        ({"initial_skip": 1}, "`initial_skip` must be of type bool"),
        ({"residual_scale": float("nan")}, "`residual_scale` must be above 0"),
        ({"skip_scaling": {}}, "`skip_scaling` must be one of"),
        ({"start": None}, "`start` must be one of"),
        ({"post_conditioning": "yes"}, "`post_conditioning` must be of type bool"),
        ({"waveform_filter": "os.system"}, "`waveform_filter` must be of type dict"),
        ({"waveform_filter": {"coefficients": [-1.5]}}, "stable inverse"),
        ({"waveform_filter": {"coefficients": [0.0] * 99}}, "list of 1 to 64 numbers"),
        ({"waveform_filter": {"pre_emphasis": 10**400}}, "`pre_emphasis` must be"),
    ],
)
def test_a_config_out_of_bounds_is_refused(config, changes, message):
    with pytest.raises(ValueError, match=message):
        WaveNet.check_config({**config, **changes})


def test_every_preset_is_within_bounds():
    for name in WaveNet.presets:
        WaveNet.check_config(preset_io.read_config(WaveNet, name))


def test_any_damage_is_refused_or_harmless(config):
    rng = random.Random(0)
    WaveNet.check_config(config)
    started, refused = time.process_time(), 0
    for _ in range(3000):
        key = rng.choice([*bounds.ARGUMENTS, *bounds.MODEL_TYPES])
        damaged = {**config, key: damage(config.get(key), rng)}
        try:
            WaveNet.check_config(json.loads(json.dumps(damaged)))
        except (ValueError, TypeError):  # a preset makes a ValueError of both
            refused += 1
    assert refused > 1500
    assert time.process_time() - started < 30


def damage(value, rng):
    """The value with another one in its place or, mostly, somewhere inside it."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(sorted(value))
        return {**value, key: damage(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        index = rng.randrange(len(value))
        return [*value[:index], damage(value[index], rng), *value[index + 1 :]]
    return rng.choice(ODD_VALUES)


@pytest.mark.parametrize("width", ["residual_channels", "skip_channels"])
def test_keras_refuses_to_load_more_weights_than_a_machine_holds(width, tmp_path):
    WaveNet(dilations=[1], residual_channels=2).save_to_preset(tmp_path / "preset")
    path = tmp_path / "preset" / "config.json"
    content = json.loads(path.read_text())
    content["config"][width] = 10**9
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f"weights at most.*{width}=1000000000"):
        keras.saving.load_model(tmp_path / "preset")
