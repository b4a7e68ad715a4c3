"""Presets by built-in name, by folder, and by schemes, of which one may add more."""

import json
import shutil
import sys

import pytest

import keras_wavenet
from keras_wavenet import WaveNet, preset_places

pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    model = WaveNet([1, 2], residual_channels=4, dilation_channels=4, skip_channels=8)
    path = tmp_path_factory.mktemp("hub") / "voice"
    model.save_to_preset(path)
    return path


@pytest.fixture
def schemes(monkeypatch):
    """The table of schemes, which is put back after the test."""
    monkeypatch.setattr(preset_places, "SCHEMES", dict(preset_places.SCHEMES))


def test_a_scheme_of_ones_own_is_one_function(folder, schemes):
    preset_places.register_scheme("shelf", lambda place: folder.parent / place)
    assert WaveNet.from_preset("shelf://voice").skip_channels == 8
    with pytest.raises(ValueError, match="`scheme` must be new"):
        preset_places.register_scheme("shelf", lambda place: folder)


def test_what_a_scheme_brings_is_checked_as_any_folder(folder, schemes, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    for path in folder.iterdir():
        (bad / path.name).write_bytes(path.read_bytes())
    preset_places.register_scheme("shelf", lambda place: tmp_path / place)
    content = json.loads((bad / "config.json").read_text())
    content["config"]["skip_channels"] = 2 * 10**8
    (bad / "config.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="`skip_channels` must be at most"):
        WaveNet.from_preset("shelf://bad")
    with pytest.raises(ValueError, match=r"has no config\.json"):
        WaveNet.from_preset("shelf://nothing")


@pytest.mark.parametrize("returned", [None, 3])
def test_a_scheme_that_returns_no_folder_is_answered_in_words(schemes, returned):
    preset_places.register_scheme("shelf", lambda place: returned)
    with pytest.raises(ValueError, match="must return the path of a folder"):
        WaveNet.from_preset("shelf://voice")
    with pytest.raises(ValueError, match="`fetch` must be a function"):
        preset_places.register_scheme("drawer", None)


def test_the_module_of_places_is_public():
    assert "preset_places" in keras_wavenet.__all__


def test_a_place_of_no_scheme_is_answered_with_the_schemes():
    with pytest.raises(ValueError, match="begin with one of hf://, kaggle://"):
        WaveNet.from_preset("ftp://somebody/voice")


@pytest.mark.parametrize(
    "place, library",
    [("hf://a/b", "huggingface_hub"), ("kaggle://a/b/keras/c", "kagglehub")],
)
def test_a_missing_library_is_named_with_its_extra(place, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)  # as if not installed
    with pytest.raises(ImportError, match=rf"`{library}`.*keras-wavenet\[hub\]"):
        WaveNet.from_preset(place)


def test_the_presets_of_a_class_are_a_mapping_that_reads_one_at_a_time():
    presets = WaveNet.presets
    assert "wavenet_tiny" in presets and "wavenet_timit" not in presets
    assert "16 kHz" in presets["wavenet_tiny"]
    assert len(presets) == len(list(presets)) > 10
    with pytest.raises(KeyError):
        presets["no such preset"]


@pytest.mark.parametrize("name", ["voice", "run/best"])
def test_a_preset_whose_replacement_was_interrupted_is_found(folder, tmp_path, name):
    place = tmp_path / name
    aside = place.parent / f".{place.name}.old.1234abcd" / place.name
    shutil.copytree(folder, aside)
    assert preset_places.find(tmp_path / name.partition("/")[0]) == place
    assert (place / preset_places.WEIGHTS).is_file() and not aside.parent.exists()
