"""Every preset in full: its number of weights, and their frozen names and shapes."""

import json
from pathlib import Path

import pytest

from keras_wavenet import WaveNet, preset_io, preset_places
from keras_wavenet.recognition.recognizer import Recognizer

pytestmark = pytest.mark.neutral

HERE = Path(__file__).parent
FROZEN = json.loads((HERE / "weight_keys.json").read_text("utf-8"))


def test_every_preset_has_its_stated_size_and_frozen_names_of_weights(
    run_program, tmp_path
):
    # NumPy is the quickest to build large networks: it compiles and tracks nothing.
    ended = run_program(HERE / "full_size.py", tmp_path, backend="numpy")
    assert ended.returncode == 0, ended.stderr
    built = json.loads(ended.stdout.splitlines()[-1])
    assert set(built) == set(FROZEN) == {*WaveNet.presets, *Recognizer.presets}
    for name, facts in built.items():
        metadata = preset_io.read_metadata(preset_places.find(name))
        assert facts["parameters"] == metadata["parameters"], name
        assert facts["keys"] == FROZEN[name], name


@pytest.mark.parametrize("cls", [WaveNet, Recognizer])
def test_the_weights_of_every_preset_are_counted_without_building(cls):
    for name in cls.presets:
        config = preset_io.read_config(cls, name)
        counted = cls.parameter_count(config)
        assert (
            counted == preset_io.read_metadata(preset_places.find(name))["parameters"]
        )
