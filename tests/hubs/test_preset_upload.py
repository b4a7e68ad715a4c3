"""What is uploaded to a hub, and what is refused before any byte of it."""

import json
import shutil

import pytest

import keras_wavenet
from keras_wavenet import WaveNet, preset_places
from keras_wavenet.cli import main
from keras_wavenet.preset_upload import upload_preset
from tests.hubs.loopback import Answer

pytestmark = pytest.mark.neutral

PLACE, WEIGHTS = "hf://me/voice", "model.weights.h5"


@pytest.fixture
def copy(preset, tmp_path):
    """A copy of the small preset, which a test may damage."""
    return shutil.copytree(preset, tmp_path / "voice")


def test_the_function_is_public():
    assert keras_wavenet.upload_preset is upload_preset


def test_the_files_of_a_preset_are_uploaded_with_a_card(hugging_face, copy, content):
    (copy / "LICENSE").write_text("of the weights")
    (copy / "secret.txt").write_text("mine")
    upload = upload_preset(PLACE, copy, private=True, message="First")
    files, commit = hugging_face.files("me/voice")
    names = [*sorted([*content, "LICENSE", "README.md"])]
    assert sorted(files) == sorted(upload.files) == names
    assert all(files[name] == content[name] for name in content)
    assert files["README.md"].decode() == upload.card
    assert "license: cc-by-4.0" in upload.card and "A small voice." in upload.card
    assert upload.url.endswith(commit)
    assert hugging_face.messages == ["First"]
    assert hugging_face.visibility["me/voice"] == "private"


def test_a_run_is_uploaded_by_its_best_preset(hugging_face, copy, tmp_path, content):
    shutil.copytree(copy, tmp_path / "run" / "best")
    upload_preset(PLACE, tmp_path / "run")
    assert hugging_face.files("me/voice")[0][WEIGHTS] == content[WEIGHTS]


def test_texts_replace_those_of_the_preset(hugging_face, preset):
    upload = upload_preset(PLACE, preset, description="Anna.", license="MIT")
    metadata = json.loads(hugging_face.files("me/voice")[0]["metadata.json"])
    assert (metadata["description"], metadata["license"]) == ("Anna.", "MIT")
    assert "license: mit\n" in upload.card and "\nAnna.\n" in upload.card
    with pytest.raises(ValueError, match="is a card that is uploaded as it is"):
        upload_preset(PLACE, "wavenet_tiny", license="MIT", dry_run=True)


def test_a_branch_is_created_and_main_stays(hugging_face, preset):
    upload_preset(PLACE, preset, description="one")
    upload_preset(f"{PLACE}@next", preset, description="two")
    found = [
        json.loads(hugging_face.files("me/voice", branch)[0]["metadata.json"])
        for branch in ("main", "next")
    ]
    assert [one["description"] for one in found] == ["one", "two"]


def test_weights_that_the_preset_has_no_more_are_deleted(hugging_face, copy):
    upload_preset(PLACE, copy)
    WaveNet.from_preset(copy).save_to_preset(copy, weights=False)
    upload_preset(PLACE, copy)
    assert WEIGHTS not in hugging_face.files("me/voice")[0]


def damaged_config(folder):
    content = json.loads((folder / "config.json").read_text())
    content["config"]["skip_channels"] = 2 * 10**8
    (folder / "config.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    "damage, words",
    [
        (lambda folder: (folder / WEIGHTS).unlink(), "file is missing"),
        (
            lambda folder: (folder / WEIGHTS).write_bytes(b"x" * 99999),
            "SHA-256 differs",
        ),
        (
            lambda folder: (folder / "metadata.json").unlink(),
            "metadata.json: it is mis",
        ),
        (lambda folder: (folder / "config.json").unlink(), r"has no config\.json"),
        (damaged_config, "`skip_channels` must be at most"),
    ],
)
def test_what_is_no_whole_preset_is_refused(damage, words, hugging_face, copy):
    damage(copy)
    with pytest.raises(ValueError, match=words):
        upload_preset(PLACE, copy)
    assert hugging_face.log == []


@pytest.mark.parametrize(
    "uri, words",
    [
        ("me/voice", "must begin with one of hf://, kaggle://"),
        ("hp://me/voice", "did you mean 'hf://'"),
        ("hf://voice", "must be hf://USER/REPOSITORY"),
        (f"hf://me/voice@{'0' * 40}", "which names a commit"),
    ],
)
def test_a_wrong_address_is_refused(uri, words, hugging_face, preset):
    with pytest.raises(ValueError, match=words):
        upload_preset(uri, preset)
    assert hugging_face.log == []


def test_a_dry_run_needs_no_network(hugging_face, preset):
    upload = upload_preset(PLACE, preset, dry_run=True)
    assert upload.url is None and upload.files[WEIGHTS] > 20000
    assert hugging_face.log == []


def test_a_repository_is_created_only_if_it_may_be(hugging_face, preset):
    with pytest.raises(ValueError, match="hf://me/voice must be a repository"):
        upload_preset(PLACE, preset, create=False)
    upload_preset(PLACE, preset)
    upload_preset(PLACE, preset, create=False)
    with pytest.raises(ValueError, match="no such revision"):
        upload_preset(f"{PLACE}@next", preset, create=False)


@pytest.mark.parametrize("part", ["/api/repos/create", "/commit/main"])
def test_who_may_not_write_is_told_so(part, hugging_face, preset):
    hugging_face.statuses[part] = Answer(status=403)
    with pytest.raises(PermissionError, match="hf auth login.*token that has the righ"):
        upload_preset(PLACE, preset)


def test_an_upload_that_fails_leaves_the_old_preset(hugging_face, preset):
    upload_preset(PLACE, preset)
    commit = hugging_face.files("me/voice")[1]
    hugging_face.statuses["/commit/main"] = 400
    with pytest.raises(RuntimeError, match="status 400"):
        upload_preset(PLACE, preset, description="two")
    assert hugging_face.files("me/voice")[1] == commit
    assert (preset_places.find(PLACE) / WEIGHTS).is_file()


def test_the_command_uploads_and_prints_where(hugging_face, preset, capsys):
    assert main(["upload", str(preset), PLACE, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("---\nlibrary_name: keras\n")
    assert printed.endswith("Nothing was uploaded to hf://me/voice.\n")
    options = ["--private", "--message", "First", "--license", "MIT"]
    assert main(["upload", str(preset), PLACE, *options]) == 0
    printed = capsys.readouterr().out
    assert f"Uploaded to hf://me/voice: {hugging_face.url}/me/voice/commit/" in printed
    assert hugging_face.messages == ["First"]
    assert main(["upload", str(preset), "hf://voice"]) == 1
    assert "must be hf://USER/REPOSITORY" in capsys.readouterr().err
