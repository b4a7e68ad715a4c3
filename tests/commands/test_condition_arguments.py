"""Flags of conditions: what they change of a preset."""

import argparse

import pytest

from keras_wavenet.commands import condition_arguments, model_arguments

pytestmark = pytest.mark.neutral


@pytest.fixture
def overrides():
    def parse(*flags, **config):
        parser = argparse.ArgumentParser()
        model_arguments.add_model_arguments(parser)
        condition_arguments.add_condition_arguments(parser)
        arguments = parser.parse_args(flags)
        return condition_arguments.condition_overrides(arguments, config)

    return parse


def test_without_flags_nothing_changes(overrides):
    assert overrides(hop=200, upsampling={"kind": "repeat"}) == {}


def test_names_are_left_to_the_data(overrides):
    flags = ["--speakers", "--speaker-channels", "4", "--tags"]
    assert overrides(*flags) == {"speakers": 1, "speaker_channels": 4, "tags": 1}


def test_features_bring_their_rate_and_keep_an_upsampling_that_fits(overrides):
    stretch = {"kind": "stretch", "scales": [10, 20]}
    found = overrides("--features", "mel_16k", hop=200, upsampling=stretch)
    assert found["features"].channels == 80 and found["sample_rate"] == 16000
    assert found["upsampling"] == stretch
    found = overrides("--features", "tacotron2", hop=200, upsampling=stretch)
    assert found["sample_rate"] == 24000 and found["upsampling"] is None


@pytest.mark.parametrize(
    "flags, config",
    [(["--features", "mel_16k"], {}), ([], {"features": "mel_16k", "hop": 200})],
)
def test_another_rate_than_that_of_the_features_is_refused(flags, config, overrides):
    assert overrides(*flags, "--sample-rate", "16000", **config) is not None
    with pytest.raises(ValueError, match="at 16000 Hz.*nvidia_22k, wavenet_vocoder"):
        overrides(*flags, "--sample-rate", "22050", **config)
    with pytest.raises(ValueError, match="--sample-rate 8000. Leave.*: none"):
        overrides(*flags, "--sample-rate", "8000", **config)


def test_upsampling_is_one_config(overrides):
    found = overrides("--upsampling", "stretch", "--upsample-scales", "4,5,10")
    assert found == {"upsampling": {"kind": "stretch", "scales": [4, 5, 10]}}
    with pytest.raises(ValueError, match="--upsample-scales.*Received: 4,x"):
        overrides("--upsample-scales", "4,x")


def test_frames_of_ones_own_replace_features(overrides):
    found = overrides("--local-channels", "3", "--hop", "80", features={}, hop=200)
    assert found == {
        "features": None, "local_channels": 3, "hop": 80, "upsampling": None,
    }  # fmt: skip
    with pytest.raises(ValueError, match="one or the other"):
        overrides("--features", "mel_16k", "--hop", "80")


def test_a_context_stack_is_one_config(overrides):
    found = overrides("--context-dilations", "1..4x2", "--context-hop", "160")
    stack = {"channels": 32, "dilations": [1, 2, 4, 1, 2, 4], "hop": 160}
    assert found == {"context_stack": stack}
    found = overrides("--context-channels", "8", context_stack=stack)
    assert found == {"context_stack": {**stack, "channels": 8}}
    with pytest.raises(ValueError, match="--context-dilations"):
        overrides("--context-channels", "8")
