"""`keras-wavenet train` of conditioned models."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet import WaveNet

TINY = (
    "--dilations", "1,2,4", "--residual-channels", "4", "--dilation-channels", "4",
    "--skip-channels", "8", "--batch-size", "2", "--window-length", "800",
    "--sample-every", "0", "--no-tensorboard",
)  # fmt: skip


@pytest.fixture
def train(command, voices):
    def run(*flags, data=voices, out="run", **options):
        return command("train", data, *TINY, *flags, "--out", out, **options)

    return run


@pytest.fixture
def small(tmp_path, tiny_wavenet):
    """Save a small preset with such arguments; return its folder."""

    def save(**arguments):
        tiny_wavenet(**arguments).save_to_preset(tmp_path / "small")
        return tmp_path / "small"

    return save


@pytest.mark.neutral
@pytest.mark.filterwarnings("ignore:Audio sample at step")
def test_a_run_learns_names_and_statistics_and_goes_on(train, command, tmp_path):
    flags = ["--speakers", "--speaker-channels", "3", "--features", "mel_16k"]
    flags += ["--upsampling", "repeat"]
    printed = train(*flags, "--steps", "1")
    assert "2 speakers of the data: anna, ben" in printed and "measured" in printed
    model = WaveNet.from_preset(tmp_path / "run")
    assert model.speakers == ["anna", "ben"] and model.features.mean is not None

    listening = ["--sample-every", "1", "--sample-seconds", "0.02"]
    again = train(*flags, "--steps", "2", "--rematerialize", *listening)
    assert "at step 1 of 2" in again and "measured" not in again
    kept = WaveNet.from_preset(tmp_path / "run").features
    np.testing.assert_array_equal(kept.mean, model.features.mean)

    samples = {path.name for path in (tmp_path / "run" / "samples").glob("*.wav")}
    assert samples == {"step-00000002.wav"}
    assert f"Report: {Path('run', 'report.html')}" in again
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Recorded: the samples are generated from its frames." in page
    assert "keras-wavenet generate run --speaker anna --mel-from FILE" in page
    assert "--steps 2 --rematerialize --sample-every 1 --sample-seconds 0.02" in page
    printed = command("info", "run")
    assert "anna, ben; embedded in 3 channels" in printed
    assert "log_mel (80); scaled" in printed and "each frame repeated" in printed


@pytest.mark.neutral
def test_a_run_with_other_names_is_another_run(train, voices, tmp_path):
    train("--tags", "--steps", "1")
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["model"]["tags"] == ["high", "loud", "low"]
    assert record["data"]["window_length"] == 800
    message = train("--speakers", "--steps", "1", status=1)
    assert "model.speakers: was None, is ['anna', 'ben']" in message


@pytest.mark.neutral
def test_a_count_of_speakers_takes_the_names_of_the_data(train, small, tmp_path):
    preset = small(speakers=109)
    printed = train("--preset", preset, "--steps", "1")
    assert "Conditioned on 2 speakers of the data: anna, ben" in printed
    message = train("--preset", preset, "--load-weights", status=1, out="other")
    assert "has 109 speakers by number" in message


@pytest.mark.neutral
def test_frames_come_from_files(train, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    rng = np.random.default_rng(0)
    for number in range(6):
        count = -(-(2000 + 80 * number) // 80)
        np.save(frames / f"{number}.wav.npy", rng.normal(size=(count, 3)))
    flags = ["--local-channels", "3", "--hop", "80", "--steps", "1"]
    printed = train(*flags, "--local-dir", frames)
    assert "Saved run/best" in printed and "generate run --local FILE.npy" in printed
    frames.rename(tmp_path / "moved")
    assert "complete" in train(*flags, "--local-dir", tmp_path / "moved")
    message = train(*flags, status=1)
    assert "local_dir: was True, is False" in message


@pytest.mark.neutral
def test_frozen_blocks_stay_as_they_are(train, small, tmp_path):
    preset = small(speakers=["anna", "ben"], sample_rate=16000)
    sizes = ["--residual-channels", "8", "--dilation-channels", "8",
             "--dilations", "1,2,4,8"]  # fmt: skip
    train("--preset", preset, "--load-weights", "--freeze-blocks", *sizes,
          "--steps", "2")  # fmt: skip
    old, new = (WaveNet.from_preset(path) for path in (preset, tmp_path / "run"))
    for before, after in zip(old.weights, new.weights, strict=True):
        kept = np.array_equal(before, after)
        assert kept == ("filter_gate" in before.path or "/residual/" in before.path)


@pytest.mark.neutral
def test_a_trained_model_learns_new_speakers_beside_the_old(train, small, tmp_path):
    preset = small(speakers=["carl", "ben"], sample_rate=16000)
    flags = ["--preset", preset, "--load-weights", "--residual-channels", "8",
             "--dilation-channels", "8", "--dilations", "1,2,4,8"]  # fmt: skip
    printed = train(*flags, "--add-speakers", "--freeze-blocks", "--steps", "1")
    assert "New speakers: anna, added to carl, ben" in printed
    old, new = (WaveNet.from_preset(path) for path in (preset, tmp_path / "run"))
    assert new.speakers == ["carl", "ben", "anna"]
    weights = [model.blocks[1].filter_gate.kernel for model in (old, new)]
    np.testing.assert_array_equal(*weights)
    message = train(*flags, out="other", status=1)
    assert "anna" in message and "--speakers or --add-speakers" in message


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--speakers", "--split-by", "speaker"], ["--split-by clip"]),
        (["--add-speakers"], ["--load-weights"]),
        (["--add-speakers", "--load-weights"], ["have names", "wavenet_tiny"]),
        (["--speaker-channels", "3"], ["`speaker_channels`", "needs `speakers`"]),
        (["--histograms"], ["`histograms`", "`tensorboard`"]),
        (["--decay-steps", "5"], ["`decay_steps`", "constant"]),
        (["--preset", "wavenet_timit"], ["recognizer", "docs/recognition.md"]),
        (["--upsampling", "repeat"], ["`upsampling`", "`features`"]),
        (["--local-channels", "2", "--hop", "80"], ["`local_dir`"]),
        (["--local-dir", "."], ["`local_dir`", "`local_channels` and `hop`"]),
    ],
)
def test_flags_that_make_no_sense_are_refused(flags, words, train):
    message = train(*flags, status=1)
    assert all(word in message for word in words), message


@pytest.mark.neutral
@pytest.mark.parametrize("flags", [["--features", "mel_16k"], ["--tags"]])
def test_a_speaker_of_the_validation_split_alone_is_refused(flags, train, voices):
    data = Path(shutil.copytree(voices, "data"))
    table = (voices / "metadata.csv").read_text()
    (data / "metadata.csv").write_text(table.replace("4.wav,anna", "4.wav,eve"))
    message = train("--speakers", *flags, data=data, out="new/run", status=1)
    assert "split validation" in message and "Received: eve." in message
    assert not Path("new").exists()
    flags += ["--validation-split-name", "none", "--dry-run"]
    assert "2 speakers" in train("--speakers", *flags, data=data)


@pytest.mark.neutral
def test_data_without_speakers_is_refused(train, voices, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in voices.glob("*.wav"):
        (bare / path.name).write_bytes(path.read_bytes())
    message = train("--speakers", data=bare, status=1)
    assert "Expected clips with speakers" in message and "--key speaker=" in message
