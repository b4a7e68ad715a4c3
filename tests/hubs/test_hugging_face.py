"""Presets of the Hugging Face Hub: its client, and a hub on this machine."""

import json
import warnings
from pathlib import Path

import pytest
from huggingface_hub import constants

from keras_wavenet import WaveNet, preset_places
from keras_wavenet.hubs import hugging_face as hub
from tests.hubs.loopback import Answer

pytestmark = pytest.mark.neutral

WEIGHTS = "model.weights.h5"
PLACE = "hf://me/voice"


def altered(content, name, **values):
    """The files of a preset with other values in a JSON file."""
    read = json.loads(content[name])
    return {**content, name: json.dumps({**read, **values}).encode()}


@pytest.mark.parametrize(
    "place, parsed",
    [
        ("me/voice", ("me/voice", "main")),
        ("me/voice@v1.0", ("me/voice", "v1.0")),
        ("me-2/a_b.c@refs/pr/3", ("me-2/a_b.c", "refs/pr/3")),
    ],
)
def test_a_place_is_a_repository_and_a_revision(place, parsed):
    assert hub.parse(place) == parsed


@pytest.mark.parametrize(
    "place",
    ["", "voice", "me/voice/more", "me/", "../voice", "me/a--b", "me/voice.git"]
    + ["me/voice@", "me/voice@../../x", "me/voice@a b", "me/voice@a@b", "me/v\n"]
    + ["me/voice@/etc", "me/voice@a//b", "me/voice@-x", "me/voice?x=1", "me/%2e%2e"],
)
def test_other_places_are_refused_before_the_client_sees_them(place, hugging_face):
    with pytest.raises(ValueError, match="must be hf://USER/REPOSITORY"):
        WaveNet.from_preset(f"hf://{place}")
    assert hugging_face.log == []


def test_a_revision_is_a_branch_or_a_commit(hugging_face, content):
    first = hugging_face.put("me/voice", content)
    text = json.loads(content["metadata.json"])["description"]
    newer = altered(content, "metadata.json", description="newer")
    hugging_face.put("me/voice", newer, "next")
    found = {}
    for revision in ("", f"@{first}", "@next"):
        folder = preset_places.find(f"{PLACE}{revision}")
        metadata = json.loads((folder / "metadata.json").read_text())
        found[revision] = metadata["description"]
    assert found == {"": text, f"@{first}": text, "@next": "newer"}


def test_only_the_files_of_a_preset_and_texts_are_fetched(hugging_face, content):
    more = {"modeling.py": b"raise SystemExit", "model.pkl": b"x", "README.md": b"Hi"}
    big = {"LICENSE": b" " * (2**20 + 1)}
    hugging_face.put("me/voice", {**content, **more, **big})
    folder = preset_places.find(PLACE)
    assert sorted(path.name for path in folder.iterdir()) == [
        *("README.md", "config.json", "metadata.json", WEIGHTS)
    ]
    assert not hugging_face.asked("modeling") and not hugging_face.asked(".pkl")


def test_what_was_fetched_is_not_fetched_again(hugging_face, content):
    hugging_face.put("me/voice", content)
    preset_places.find(PLACE)
    hugging_face.log.clear()
    WaveNet.from_preset(PLACE)
    assert not [line for line in hugging_face.log if line.startswith("GET /me")]
    assert not hugging_face.asked("/stored/")


@pytest.mark.parametrize(
    "status, error, words",
    [
        (Answer(status=401), PermissionError, "status 401.*hf auth login"),
        (Answer(status=403, X_Error_Code="GatedRepo"), PermissionError, "its owner"),
        (Answer(status=403), PermissionError, "refused access with status 403"),
        (Answer(status=418), RuntimeError, "refused with status 418"),
        (Answer(status=503), ConnectionError, "status 503"),
    ],
)
def test_a_refusal_is_a_sentence(status, error, words, hugging_face, content):
    hugging_face.put("me/voice", content)
    hugging_face.statuses["/api/models/me/voice"] = status
    with pytest.raises(error, match=rf"hf://me/voice.*{words}"):
        WaveNet.from_preset(PLACE)


def test_a_gate_before_the_files_is_one_too(hugging_face, content):
    hugging_face.put("me/voice", content)
    gate = Answer(status=403, X_Error_Code="GatedRepo")
    hugging_face.statuses["/resolve/"] = gate
    with pytest.raises(PermissionError, match="granted by its owner"):
        WaveNet.from_preset(PLACE)


def test_a_missing_repository_or_revision_is_named(hugging_face, content):
    with pytest.raises(ValueError, match="there is none that is public"):
        WaveNet.from_preset("hf://me/nothing")
    hugging_face.put("me/voice", content)
    with pytest.raises(ValueError, match="hf://me/voice@v9 .*no such revision"):
        WaveNet.from_preset("hf://me/voice@v9")


def test_what_is_no_whole_preset_is_refused_before_its_weights(hugging_face, content):
    without = {name: c for name, c in content.items() if name != WEIGHTS}
    other = altered(content, "config.json", registered_name="keras_hub>Bert")
    torn = altered(content, "metadata.json", weights_sha256="0" * 64)
    for files, words in (
        ({"pytorch_model.bin": b"x"}, r"has no config\.json and no metadata\.json"),
        ({WEIGHTS: b"x", "config.json": b"{}"}, r"has no metadata\.json"),
        ({**content, "config.json": b"{"}, r"config\.json of hf://me/voice must be JS"),
        (other, r"of 'keras_hub>Bert'"),
        (without, "holds half a preset"),
        (torn, "their SHA-256 differ"),
    ):
        hugging_face.put("me/voice", files)
        with pytest.raises(ValueError, match=words):
            WaveNet.from_preset(PLACE)
    assert not hugging_face.asked(WEIGHTS)


def test_an_architecture_alone_is_a_whole_preset(hugging_face, content):
    metadata = json.loads(content["metadata.json"])
    del metadata["weights_sha256"]
    files = {
        "config.json": content["config.json"],
        "metadata.json": json.dumps(metadata).encode(),
    }
    hugging_face.put("me/voice", files)
    with pytest.warns(UserWarning, match="architecture alone"):
        WaveNet.from_preset(PLACE)


@pytest.mark.parametrize(
    "name, size", [(WEIGHTS, 2 * 10**8), ("config.json", 2**20 + 1)]
)
def test_a_file_that_is_too_large_is_not_downloaded(name, size, hugging_face, content):
    hugging_face.put("me/voice", content)
    hugging_face.sizes[name] = size
    with pytest.raises(
        ValueError, match=rf"{name} of hf://me/voice may have .*{size:,}"
    ):
        WaveNet.from_preset(PLACE)
    assert not hugging_face.asked(f"/resolve/main/{name}")
    assert not hugging_face.asked("/stored/")


def test_offline_what_was_fetched_before_is_loaded(hugging_face, content, monkeypatch):
    hugging_face.put("me/voice", content)
    folder = preset_places.find(PLACE)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    hugging_face.log.clear()
    with warnings.catch_warnings(action="error"):
        assert preset_places.find(PLACE) == folder
    with pytest.raises(ConnectionError, match="hf://me/other: HF_HUB_OFFLINE is set"):
        preset_places.find("hf://me/other")
    assert hugging_face.log == []


def test_without_a_network_too_with_a_warning(hugging_face, content, monkeypatch):
    hugging_face.put("me/voice", content)
    folder = preset_places.find(PLACE)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody there
    with pytest.warns(UserWarning, match="Loading what was fetched before"):
        assert preset_places.find(PLACE) == folder
    with pytest.raises(ConnectionError, match="Check the network"):
        preset_places.find("hf://me/other")


def test_a_hub_that_does_not_answer_is_left(hugging_face, content, monkeypatch):
    hugging_face.put("me/voice", content)
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 0.1)
    hugging_face.slow.add("/api/models")
    with pytest.raises(ConnectionError, match="ReadTimeout"):
        preset_places.find(PLACE)


def test_a_transfer_that_was_cut_is_no_preset(hugging_face, content, cache):
    hugging_face.put("me/voice", content)
    hugging_face.cut["/stored/"] = 503  # half of it, then errors
    for _ in range(2):
        with pytest.raises(ConnectionError, match="could not be transferred"):
            preset_places.find(PLACE)
        assert not list(cache.rglob(WEIGHTS))
    hugging_face.statuses.clear()
    assert WaveNet.from_preset(PLACE).skip_channels == 8


@pytest.mark.parametrize("name, part", [(WEIGHTS, "/stored/"), ("config.json",) * 2])
def test_other_bytes_than_promised_are_deleted(name, part, hugging_face, content):
    hugging_face.put("me/voice", content)
    hugging_face.altered.add(part)
    with pytest.raises(ValueError, match=rf"{name} of hf://me/voice was damaged"):
        preset_places.find(PLACE)
    hugging_face.altered.clear()
    folder = preset_places.find(PLACE)
    assert (folder / name).read_bytes() == content[name]


def test_a_damaged_cache_is_noticed_and_filled_again(hugging_face, content):
    hugging_face.put("me/voice", content)
    path = preset_places.find(PLACE) / WEIGHTS
    Path(path.resolve()).write_bytes(content[WEIGHTS][:-1] + b"x")
    with pytest.raises(ValueError, match="was damaged"):
        preset_places.find(PLACE)
    assert (preset_places.find(PLACE) / WEIGHTS).read_bytes() == content[WEIGHTS]
