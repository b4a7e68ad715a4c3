"""`keras-wavenet evaluate`: the table by speaker, and its errors."""

import json
import re

import numpy as np
import pytest
import soundfile

from keras_wavenet.cli import main

RATE = 4000


@pytest.fixture
def preset(tmp_path, tiny_wavenet):
    """A small network of random weights."""
    tiny_wavenet(sample_rate=RATE).save_to_preset(tmp_path / "preset")
    return tmp_path / "preset"


@pytest.fixture
def recordings(tmp_path):
    """Twelve tones, with speakers, in published splits."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    rows = ["path,speaker,split"]
    for number in range(12):
        tone = np.sin(2 * np.pi * (100 + 90 * number) * np.arange(RATE) / RATE)
        soundfile.write(folder / f"{number}.wav", 0.5 * tone, RATE)
        split = "train" if number < 6 else "test"
        rows.append(f"{number}.wav,{'high' if number % 2 else 'low'},{split}")
    (folder / "metadata.csv").write_text("\n".join(rows))
    return folder


def run(capsys, *arguments):
    assert main(["evaluate", *map(str, arguments)]) == 0
    return capsys.readouterr().out.splitlines()


def test_speakers_are_scored_one_by_one_and_together(preset, recordings, capsys):
    flags = ["--split", "test", "--window-length", "1000"]
    (whole,) = (
        line for line in run(capsys, preset, recordings, *flags) if "nats" in line
    )
    printed = run(capsys, preset, recordings, *flags, "--by", "speaker")
    rows = [line.split() for line in printed if line.startswith(("high", "low"))]
    assert [row[:3] for row in rows] == [["high", "3", "3.0"], ["low", "3", "3.0"]]
    bits = [float(row[3]) for row in rows]
    assert bits[0] != bits[1]
    total = float(whole.split()[0])
    assert total == pytest.approx(np.mean(bits), abs=2e-3)
    assert f"{whole}" in printed
    # A mu-law code stands for 5 of the 16-bit levels at the least.
    (line,) = (line for line in printed if "bits per 16-bit sample" in line)
    assert total + np.log2(5) < float(line.split()[0]) < total + 10
    # The mean of the parts' baselines is that of the whole.
    histogram = [float(row[4]) for row in rows]
    baseline = next(line for line in printed if line.startswith("Baseline"))
    found = float(re.search(r"[\d.]+", baseline)[0])
    assert found == pytest.approx(np.mean(histogram), abs=2e-3)


def test_clips_without_a_label_cannot_be_divided_by_it(preset, recordings, capsys):
    arguments = ["evaluate", preset, recordings, "--split", "test", "--by", "label"]
    assert main([str(argument) for argument in arguments]) == 1
    complaint = capsys.readouterr().err
    assert "Expected the label of every clip" in complaint
    assert "add a `label` column to metadata.csv" in complaint


@pytest.mark.neutral
def test_a_wrong_speaker_changes_the_bits_of_a_conditioned_model(
    recordings, tmp_path, tiny_wavenet, capsys
):
    tiny_wavenet(sample_rate=RATE, speakers=["high", "low"]).save_to_preset(
        tmp_path / "conditioned"
    )
    flags = [recordings, "--split", "test", "--window-length", "1000", "--by"]

    def bits(*more):
        printed = run(capsys, tmp_path / "conditioned", *flags, "speaker", *more)
        rows = [line.split() for line in printed if line.startswith(("high", "low"))]
        return {row[0]: float(row[3]) for row in rows}

    right, as_high = bits(), bits("--as-speaker", "high")
    assert right["high"] == as_high["high"]
    assert abs(right["low"] - as_high["low"]) > 1e-3


@pytest.mark.neutral
def test_an_unknown_speaker_is_refused(preset, recordings, capsys):
    arguments = ["evaluate", preset, recordings, "--as-speaker", "eve"]
    assert main([str(argument) for argument in arguments]) == 1
    assert "which has no speakers" in capsys.readouterr().err


@pytest.mark.filterwarnings("always:The run .* was trained on")
def test_data_that_is_processed_otherwise_than_that_of_the_run_is_warned_of(
    tiny_wavenet, recordings, tmp_path, capsys
):
    tiny_wavenet(sample_rate=RATE).save_to_preset(tmp_path / "run" / "best")
    record = {"keras_wavenet": "0.1.0", "settings": {"normalize": "rms"}}
    (tmp_path / "run" / "run.json").write_text(json.dumps(record))
    flags = ["--split", "test", "--window-length", "1000"]
    for more, is_warned in (([], True), (["--normalize", "rms"], False)):
        words = ["evaluate", tmp_path / "run", recordings, *flags, *more]
        assert main([str(word) for word in words]) == 0
        warned = "with normalize=rms, and is scored on audio with normalize=None"
        assert (warned in capsys.readouterr().err) == is_warned
