"""The recipes of presets with weights: their data, and interrupted trainings."""

from pathlib import Path

import pytest

import keras_wavenet
from keras_wavenet import WaveNet

TOOLS = Path(__file__).resolve().parents[2] / "tools"
SPEECH = Path(keras_wavenet.__file__).parent / "data/spoken_prompts/audio"
pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module", autouse=True)
def tools():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        yield


def test_every_recipe_is_of_a_shipped_preset():
    from recipes.recipe import RECIPES

    for name, recipe in RECIPES.items():
        assert name in WaveNet.presets
        assert recipe.samples == recipe.steps * recipe.batch_size * recipe.window_length


def test_sentences_of_the_validation_split_are_held_out_of_every_speaker():
    from recipes import clips

    found = clips.open_clips(str(SPEECH))
    sentences = clips.validation_sentences()
    assert {clips.sentence(clip) for clip in found["validation"].clips} == sentences
    assert not sentences & {clips.sentence(clip) for clip in found["train"].clips}
    further = [clip.speaker for clip in found["test"].clips]
    assert {further.count(speaker) for speaker in set(further)} == {clips.FURTHER}
    names = [{clip.clip_id for clip in source.clips} for source in found.values()]
    assert sum(map(len, names)) == len(set.union(*names))


def test_a_training_stops_after_its_time_and_continues(monkeypatch, capsys, tmp_path):
    import train_preset

    arguments = ["wavenet_realtime", SPEECH, "--out", tmp_path / "run", "--minutes", 0]
    monkeypatch.setattr("sys.argv", ["train_preset.py", *map(str, arguments)])
    monkeypatch.setattr(train_preset, "VALIDATION_STEPS", 1)
    train_preset.main()
    assert "From step 0 of 16000" in capsys.readouterr().out
    train_preset.main()
    assert "From step 1 of 16000" in capsys.readouterr().out
    preset = WaveNet.from_preset(tmp_path / "run" / "preset")
    assert preset.dtype_policy.name == "float32"
    assert preset.features.mean is not None
    assert (tmp_path / "run" / "log.csv").is_file()
