"""Presets of Kaggle: its client, and a hub on this machine."""

import concurrent.futures
import functools
import json

import numpy as np
import pytest

import keras_wavenet
from keras_wavenet import WaveNet, preset_places
from keras_wavenet.hubs import kaggle as hub

pytestmark = pytest.mark.neutral

WEIGHTS = "model.weights.h5"
PLACE, HANDLE = "kaggle://me/voice/keras/small", "me/voice/keras/small"


def in_a_thread(function):
    """The function, called where the stack is empty.

    For each request the client looks through the stack and the sources of its callers,
    which are many below pytest.
    """

    @functools.wraps(function)
    def call(*arguments, **options):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *arguments, **options).result()

    return call


find = in_a_thread(preset_places.find)
upload_preset = in_a_thread(keras_wavenet.upload_preset)


def test_a_place_is_a_handle_and_a_version():
    assert hub.parse(HANDLE) == (HANDLE, None)
    assert hub.parse(f"{HANDLE}/12") == (HANDLE, "12")


@pytest.mark.parametrize(
    "place",
    ["", "me/voice", "me/voice/keras", "me/voice/pyTorch/small", f"{HANDLE}/"]
    + [f"{HANDLE}/0", f"{HANDLE}/v1", f"{HANDLE}/1/2", "me/../keras/small"],
)
def test_other_places_are_refused_before_the_client_sees_them(place, kaggle):
    with pytest.raises(ValueError, match="must be kaggle://USER/MODEL/keras/VARIATION"):
        preset_places.find(f"kaggle://{place}")
    assert kaggle.log == []


def test_all_files_are_of_one_version(kaggle, content):
    older = {**content, "README.md": b"Hi", "run.py": b"raise SystemExit"}
    kaggle.put(HANDLE, older)
    kaggle.next = content
    folder = find(PLACE)
    assert len(kaggle.versions[HANDLE]) == 2 and folder.name == "1"
    assert sorted(path.name for path in folder.iterdir()) == sorted(content)
    assert find(PLACE).name == "2"


def test_a_version_is_found_again_without_a_network(kaggle, content):
    kaggle.put(HANDLE, content)
    find(PLACE)
    kaggle.log.clear()
    assert find(f"{PLACE}/1").name == "1"
    assert kaggle.log == []
    kaggle.statuses["/v1/"] = 503
    with pytest.raises(ConnectionError, match="Check the network"):
        find(PLACE)


@pytest.mark.parametrize(
    "status, error, words",
    [
        (401, PermissionError, "KAGGLE_API_TOKEN"),
        (403, ValueError, "none that is public"),
        (404, ValueError, "none that is public"),
        (418, RuntimeError, "Kaggle refused"),
    ],
)
def test_a_refusal_is_a_sentence(status, error, words, kaggle):
    kaggle.statuses["/v1/"] = status
    with pytest.raises(error, match=rf"{PLACE}.*{words}"):
        find(PLACE)


def test_what_is_no_whole_preset_is_refused(kaggle, content):
    without = {name: c for name, c in content.items() if name != WEIGHTS}
    config = json.loads(content["config.json"])
    other = json.dumps({**config, "registered_name": "keras_hub>Bert"}).encode()
    large = {**content, WEIGHTS: bytes(2**25)}
    for files, words in (
        ({"model.keras": b"x"}, "none that is public"),
        (without, "holds half a preset"),
        ({**content, "config.json": other}, "of 'keras_hub>Bert'"),
        ({**content, "config.json": b" " * (2**20 + 1)}, "1,048,576 bytes at most"),
        (large, f"{WEIGHTS} of {PLACE} may have"),
    ):
        kaggle.put(HANDLE, files)
        with pytest.raises(ValueError, match=words):
            find(PLACE)


def test_other_bytes_than_saved_are_deleted(kaggle, content):
    kaggle.put(HANDLE, content)
    kaggle.hashed = False  # the client has nothing to compare
    kaggle.altered.add(f"/files/{HANDLE}/1/{WEIGHTS}")
    with pytest.raises(ValueError, match=f"{WEIGHTS} of {PLACE} was damaged"):
        find(PLACE)
    kaggle.altered.clear()
    assert (find(PLACE) / WEIGHTS).read_bytes() == content[WEIGHTS]


@pytest.mark.parametrize("damage", ["cut", "altered"])
def test_a_damaged_transfer_is_no_preset(damage, kaggle, content):
    kaggle.put(HANDLE, content)
    part = f"/files/{HANDLE}/1/{WEIGHTS}"
    kaggle.cut.update({part: None} if damage == "cut" else {})
    kaggle.altered.update({part} if damage == "altered" else {})
    with pytest.raises(ConnectionError, match="could not be transferred"):
        find(f"{PLACE}/1")
    kaggle.altered.clear()
    folder = find(f"{PLACE}/1")
    assert (folder / WEIGHTS).read_bytes() == content[WEIGHTS]


def test_an_upload_makes_a_private_model_and_then_versions(kaggle, preset, content):
    first = upload_preset(PLACE, preset)
    assert first.url == "https://www.kaggle.com/models/me/voice/keras/small"
    name = "Attribution 4.0 International (CC BY 4.0)"
    assert kaggle.asked_for["licenseName"] == name
    upload_preset(PLACE, preset, message="more")
    assert kaggle.asked_for["versionNotes"] == "more"
    assert len(kaggle.versions[HANDLE]) == 2
    assert kaggle.versions[HANDLE][1][WEIGHTS] == content[WEIGHTS]
    saved, loaded = (WaveNet.from_preset(one) for one in (preset, find(PLACE)))
    for before, after in zip(saved.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before, after)
    for options in ({"private": False}, {"create": False}):
        with pytest.raises(ValueError, match="Kaggle's client creates"):
            upload_preset(PLACE, preset, **options)
    with pytest.raises(ValueError, match="Kaggle numbers the versions itself"):
        upload_preset(f"{PLACE}/3", preset)
