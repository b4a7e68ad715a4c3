"""The card of a preset: its metadata, as a hub's library reads them, and its text."""

import json
import shutil

import pytest
from huggingface_hub import ModelCard

from keras_wavenet import licenses, preset_places
from keras_wavenet.cli import main
from keras_wavenet.model_card import card_of, is_card, make_card
from keras_wavenet.preset_files import CONFIG, METADATA

pytestmark = pytest.mark.neutral


def read(text):
    """The metadata in the card, by the reader of huggingface_hub."""
    return ModelCard(text, ignore_metadata_errors=False).data.to_dict()


@pytest.fixture
def folder(tmp_path):
    """A preset without weights, whose metadata a test may write anew."""
    path = tmp_path / "voice"
    path.mkdir()
    for name in (CONFIG, METADATA):
        shutil.copy(preset_places.find("wavenet_sc09") / name, path)
    return path


def write(folder, config=None, **metadata):
    content = json.loads((folder / METADATA).read_text())
    (folder / METADATA).write_text(json.dumps({**content, **metadata}))
    content = json.loads((folder / CONFIG).read_text())
    content["config"].update(config or {})
    (folder / CONFIG).write_text(json.dumps(content))


def test_the_card_has_what_a_hub_reads_and_what_a_user_needs(folder):
    write(folder, description="Spoken digits.", license="CC BY-SA 4.0: by Anna.")
    text = card_of(folder, "hf://me/digits")
    assert read(text) == {
        "library_name": "keras",
        "license": "cc-by-sa-4.0",
        "tags": ["wavenet", "keras-wavenet", "audio", "audio-generation"],
        "sample_rate": 16000,
    }
    for line in (
        "# me/digits",
        "Spoken digits.",
        "| receptive field | 4,093 samples, 255.8 ms |",
        "| weights | 4,117,696, not included: to be trained |",
        'model = keras_wavenet.WaveNet.from_preset("hf://me/digits")',
        "keras-wavenet generate hf://me/digits --out audio.wav",
        "CC BY-SA 4.0: by Anna.",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("name", ["wavenet_prompts", "wavenet_realtime"])
def test_a_vocoder_is_told_by_its_task_and_conditions(name):
    text = card_of(preset_places.find(name), name)
    metadata = read(text)
    assert metadata["pipeline_tag"] == "audio-to-audio"
    assert metadata["license"] == "cc-by-sa-3.0" and "vocoder" in metadata["tags"]
    assert "| speakers | 3: en_allison, it_carlo, ru_maxim; embedded" in text
    assert f"generate {name} --speaker en_allison --mel-from FILE --out" in text
    assert "| Griffin-Lim, 60 iterations | 2.53 |" in text


def test_a_recognizer_has_no_command():
    text = card_of(preset_places.find("wavenet_timit"), "wavenet_timit")
    assert read(text)["pipeline_tag"] == "audio-classification"
    assert "keras_wavenet.Recognizer.from_preset" in text and "bash" not in text


def test_the_cards_of_the_presets_are_up_to_date():
    for name in ("wavenet_tiny", "wavenet_prompts", "wavenet_realtime"):
        folder = preset_places.find(name)
        text = (folder / "README.md").read_text("utf-8")
        assert is_card(text) and card_of(folder, "elsewhere") == text
        summary = text.split("\n\n")[2].replace("\n", " ")
        measured = text[text.index("## Measured") :].strip()
        assert make_card(folder, name, summary=summary, details=measured) == text
        metadata = json.loads((folder / METADATA).read_text())
        assert metadata["description"].startswith(summary)
        assert metadata["license"] in " ".join(text.split())


def test_text_of_strangers_stays_text(folder):
    named = {"speakers": ["a|b\n---\n", "<S01>"], "speaker_channels": 2}
    description = "x\n---\nlicense: mit\n\x1b[31m<b>"
    write(folder, named, description=description, license="a: b")
    text = card_of(folder, "voice")
    assert read(text)["license"] == "other"
    assert text.count("\n---\n") == 1 and "\x1b" not in text
    assert "| speakers | 2: a\\|b\\n---\\n, &lt;S01>; embedded in 2 channels |" in text
    assert "\nx --- license: mit \\x1b[31m&lt;b>\n" in text


def test_text_in_the_folder_becomes_part_and_a_card_stays(folder):
    (folder / "README.md").write_text("# Voice\n\n## Results\n\n3.2 bits\n")
    text = card_of(folder, "voice")
    assert text.endswith("```\n\n## Results\n\n3.2 bits\n") and "# Voice" not in text
    own = "---\nlicense: mit\n---\nMine\n"
    (folder / "README.md").write_text(own)
    assert card_of(folder, "voice") == own


def test_the_best_preset_of_a_run_has_the_figures_of_the_run(folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(folder, run / "best")
    record = {
        **dict.fromkeys(("steps", "backend", "keras", "keras_wavenet"), 1),
        "settings": {"data": "ljspeech"},
        "model": {"dilations": [1]},
        "data": {"clips": [120, 12]},
    }
    (run / "run.json").write_text(json.dumps(record))
    (run / "log.csv").write_text("step,val_bits_per_sample\n10,4.5\n20,3.25\n30,3.5\n")
    text = card_of(run / "best", "voice")
    assert (
        "Trained by keras_wavenet on 120 clips of ljspeech, 12 more for validation. "
        "3.250 bits per sample on the validation clips at step 20, the lowest."
    ) in text.replace("\n", " ")


@pytest.mark.parametrize(
    "text, identifier",
    [
        ("CC BY-SA 3.0: the weights are", "cc-by-sa-3.0"),
        ("CC BY 4.0", "cc-by-4.0"),
        ("CC0 1.0", "cc0-1.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("MIT, see LICENSE", "mit"),
        ("MITRE", "other"),
        ("CC BY 4.01", "other"),
        ("ask me", "other"),
        ("", "other"),
    ],
)
def test_a_license_has_the_identifier_of_the_hub(text, identifier):
    assert licenses.license_identifier(text) == identifier


def test_the_command_prints_the_card(capsys):
    assert main(["info", "wavenet_sc09", "--card"]) == 0
    folder = preset_places.find("wavenet_sc09")
    assert capsys.readouterr().out == card_of(folder, "wavenet_sc09") + "\n"
