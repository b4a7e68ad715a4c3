"""An export is a whole folder, or an error that says what to do."""

import json

import numpy as np
import pytest

from keras_wavenet import WaveNet, cli, export, upload_preset
from tests.family import SMALL

pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module")
def model():
    return WaveNet(**SMALL, name="small")


class Words(export.Format):
    """A format of a user, which writes what it was asked for."""

    name = "words"
    summary = "the options as text"
    options = {"word": export.Option(str, "hello", "a word")}

    def check(self, model):
        if model.name == "wordless":
            raise ValueError("no words")

    def write(self, model, folder, word):
        (folder / "words.txt").write_text(word)
        (folder / "deep").mkdir()
        (folder / "deep" / "more.txt").write_text(model.name)
        return "## Words\n\nOne word."


@pytest.fixture
def words(monkeypatch):
    monkeypatch.setattr(export.registry, "FORMATS", {**export.FORMATS})
    return export.register(Words())


def test_an_export_holds_its_files_their_numbers_and_a_readme(model, words, tmp_path):
    folder = model.export_step(tmp_path / "out", "words", license="free", word="bye")
    assert (folder / "words.txt").read_text() == "bye"
    assert (folder / "deep" / "more.txt").read_text() == "small"
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["files"] == ["deep", "words.txt"]
    assert metadata["format"] == "words" and metadata["license"] == "free"
    assert metadata["sample_rate"] == model.sample_rate
    assert metadata["receptive_field"] == model.receptive_field
    found = np.array(metadata["distribution"]["samples"], "float32")
    np.testing.assert_array_equal(found, model.distribution.decode(np.arange(16)))
    readme = (folder / "README.md").read_text()
    assert readme.startswith("# small\n") and "## Words\n\nOne word.\n" in readme


def test_an_export_replaces_an_earlier_one_alone(model, words, tmp_path):
    folder = model.export_step(tmp_path / "out", "words")
    (folder / "notes.txt").write_text("of a user")
    with pytest.raises(FileExistsError, match="which has files"):
        model.export_step(folder, "npz")
    model.export_step(folder, "npz", overwrite=True)
    found = sorted(path.name for path in folder.iterdir())
    assert found == ["README.md", "metadata.json", "notes.txt", "weights.npz"]
    (folder / "metadata.json").unlink()
    with pytest.raises(FileExistsError, match="Only an earlier export"):
        model.export_step(folder, "npz", overwrite=True)


def test_a_failure_leaves_no_folder(model, words, tmp_path):
    other = WaveNet(**SMALL, name="wordless")
    with pytest.raises(ValueError, match="no words"):
        other.export_step(tmp_path / "out", "words")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ({"format": "npzz"}, "must be one of npz.*'npzz'; did you mean 'npz'"),
        ({"format": None}, "format=None"),
        ({"format": "words", "wrod": 1}, "are: word.*wrod=1; did you mean 'word'"),
        ({"format": "npz", "word": 1}, "are: none.*word=1"),
    ],
)
def test_what_a_format_does_not_have_is_refused(
    arguments, expected, model, words, tmp_path
):
    with pytest.raises(ValueError, match=expected):
        model.export_step(tmp_path / "out", **arguments)


def test_other_models_and_weights_that_are_not_finite_are_refused(tmp_path):
    with pytest.raises(ValueError, match="generates audio.*Received: a dict"):
        export.export_model({}, tmp_path / "out", "npz")
    broken = WaveNet(**SMALL)
    broken.weights[0].assign(np.full(broken.weights[0].shape, np.nan))
    with pytest.raises(ValueError, match="must be finite"):
        broken.export_step(tmp_path / "out", "npz")


def test_the_backend_and_the_libraries_of_a_format_are_named(
    model, words, tmp_path, monkeypatch
):
    monkeypatch.setattr(words, "backend", "other")
    with pytest.raises(RuntimeError, match="Set KERAS_BACKEND=other"):
        model.export_step(tmp_path / "out", "words")
    monkeypatch.setattr(words, "backend", None)
    monkeypatch.setattr(words, "needs", ("onnx.no_such_part",))
    with pytest.raises(ImportError, match=r"keras-wavenet\[export\]"):
        model.export_step(tmp_path / "out", "words")


def test_what_is_no_format_or_has_a_name_that_is_taken_is_refused(words):
    with pytest.raises(ValueError, match="instance of `keras_wavenet.export.Format`"):
        export.register(Words)
    with pytest.raises(ValueError, match="'words', which is that of Words"):
        export.register(Words())


@pytest.fixture
def preset(model, tmp_path):
    """A preset with texts of its own beside the weights."""
    folder = tmp_path / "mine"
    model.save_to_preset(folder, description="A test.", license="CC0")
    (folder / "LICENSE").write_text("All of CC0.")
    (folder / "ATTRIBUTION.md").write_text("Recorded by Ann.")
    return folder


def test_the_texts_of_a_preset_go_with_the_export(model, words, preset, tmp_path):
    folder = model.export_step(tmp_path / "out", "words", preset=preset)
    assert (folder / "ATTRIBUTION.md").read_text() == "Recorded by Ann."
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["description"] == "A test." and metadata["license"] == "CC0"
    assert {"ATTRIBUTION.md", "LICENSE"} < set(metadata["files"])
    given = {"preset": preset, "license": "CC BY 4.0", "overwrite": True}
    model.export_step(folder, "words", **given)
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["description"] == "A test." and metadata["license"] == "CC BY 4.0"
    (preset / "LICENSE").write_bytes(bytes(2**20 + 1))
    with pytest.raises(ValueError, match="LICENSE may have 1,048,576 bytes at most"):
        model.export_step(tmp_path / "long", "words", preset=preset)
    assert not (tmp_path / "long").exists()


def test_a_link_out_of_a_preset_is_not_published(model, words, preset, tmp_path):
    (tmp_path / "secret").write_text("mine")
    (preset / "LICENSE").unlink()
    (preset / "LICENSE").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="LICENSE of a preset must be in its folder"):
        model.export_step(tmp_path / "out", "words", preset=preset)
    with pytest.raises(ValueError, match="LICENSE of a preset must be in its folder"):
        upload_preset("hf://me/voice", preset, dry_run=True)
    cached = tmp_path / "snapshots" / "0123"
    cached.parent.mkdir()
    preset.rename(cached)
    (tmp_path / "blobs").mkdir()
    (tmp_path / "secret").rename(tmp_path / "blobs" / "secret")
    (cached / "LICENSE").unlink()
    (cached / "LICENSE").symlink_to("../../blobs/secret")
    folder = model.export_step(tmp_path / "out", "words", preset=cached)
    assert (folder / "LICENSE").read_text() == "mine"


def test_texts_of_strangers_are_shown_and_not_acted_on(words, preset, tmp_path):
    names = ["<S01>", "b|c"]
    model = WaveNet(**{**SMALL, "speakers": names, "speaker_channels": 2}, name="<b>x")
    path = preset / "metadata.json"
    hostile = {"description": "\x1b[31m<img src=x> `a<b`", "license": ["CC0"]}
    path.write_text(json.dumps({**json.loads(path.read_text()), **hostile}))
    folder = model.export_step(tmp_path / "out", "words", preset=preset)
    readme = (folder / "README.md").read_text()
    assert readme.startswith("# &lt;b>x\n\n\\x1b[31m&lt;img src=x> `a<b`\n")
    assert "| speakers | 0: &lt;S01>, 1: b\\|c |" in readme
    assert "| license of the weights | ['CC0'] |" in readme
    folder = model.export_step(tmp_path / "page", "web", name="</title><b>")
    page = (folder / "index.html").read_text()
    assert page.count("&lt;/title&gt;&lt;b&gt;") == 2 and "</title><b>" not in page


def test_an_option_of_the_command_is_refused_by_its_own_error(tmp_path, capsys):
    arguments = ["export", "--format", "onnx", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit):
        cli.main([*arguments, "--weights", "int9"])
    assert "must be one of float32, float16, int8" in capsys.readouterr().err


def test_the_command_exports_a_preset_with_its_license(preset, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["export", str(tmp_path / "mine"), "--format", "npz", "--out", str(out)]
    assert cli.main(arguments) == 0
    assert "weights.npz" in capsys.readouterr().out
    assert "A test." in (out / "README.md").read_text()
    assert json.loads((out / "metadata.json").read_text())["license"] == "CC0"
    assert (out / "LICENSE").read_text() == "All of CC0."
    assert (out / "README.md").read_text().startswith("# mine\n")
    assert cli.main(arguments) == 1
    assert "which has files" in capsys.readouterr().err
    assert cli.main([*arguments, "--overwrite"]) == 0


@pytest.mark.parametrize(
    "preset, expected",
    [
        ("wavenet_timit", "is a recognizer"),
        ("wavenet_speech", "needs trained weights.*wavenet_speech"),
    ],
)
def test_the_command_refuses_what_generates_nothing(preset, expected, tmp_path, capsys):
    import re

    arguments = ["export", preset, "--format", "npz", "--out", str(tmp_path / "out")]
    assert cli.main(arguments) == 1
    assert re.search(expected, capsys.readouterr().err)
