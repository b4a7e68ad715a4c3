"""What a run will cost, and `keras-wavenet train --dry-run`, which prints it."""

import re

import numpy as np
import pytest
import soundfile

from keras_wavenet.cli import main
from keras_wavenet.training.estimate import duration

RATE = 4000


@pytest.fixture
def train(tmp_path, tiny_wavenet, capsys):
    """Run `train` on 20 s of tones with a small network; return what it printed."""
    tiny_wavenet(sample_rate=RATE).save_to_preset(tmp_path / "preset")
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(20):
        tone = np.sin(2 * np.pi * (100 + 50 * number) * np.arange(RATE) / RATE)
        soundfile.write(folder / f"{number}.wav", 0.5 * tone, RATE)

    def run(*flags):
        arguments = ["train", folder, "--preset", tmp_path / "preset", *flags]
        arguments += ["--batch-size", 2, "--window-length", 400]
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return run


def test_a_dry_run_describes_the_data_and_the_cost_and_writes_nothing(train, tmp_path):
    printed = train("--dry-run", "--epochs", "3", "--out", tmp_path / "run")
    assert " clips, 0.00 hours (1" in printed
    assert "Verdict: there is only" in printed
    steps = re.search(r"an epoch of (\d+) steps, .* in all for (\d+)", printed)
    assert int(steps[2]) == 3 * int(steps[1]) > 0
    assert re.search(r"time: [\d.]+ s a step", printed)
    assert re.search(r"memory: [\d,]+ MiB at most so far", printed)
    assert re.search(r"disk: [\d,]+ MiB for checkpoints and presets", printed)
    assert not (tmp_path / "run").exists()


@pytest.mark.neutral
def test_a_run_begins_with_the_same_summary(train, tmp_path):
    flags = ["--steps", "1", "--sample-every", "0", "--no-tensorboard"]
    printed = train(*flags, "--out", tmp_path / "run")
    assert "recorded at 4000 Hz" in printed and "Verdict:" in printed
    assert "Estimate" not in printed


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.44, "0.4 seconds"), (119, "119.0 seconds"), (150, "2.5 minutes"),
     (2 * 3600, "2.0 hours"), (3 * 86400, "3.0 days")],
)  # fmt: skip
def test_durations_have_the_unit_that_suits_them(seconds, words):
    assert duration(seconds) == words
