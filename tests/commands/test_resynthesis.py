"""`keras-wavenet evaluate --resynthesis`: the table, the files, and errors."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 16000


@pytest.fixture(scope="session")
def vocoder(tmp_path_factory, tiny_wavenet):
    """A preset of a small vocoder of two speakers, of random weights."""
    folder = tmp_path_factory.mktemp("presets") / "vocoder"
    tiny_wavenet(features="mel_16k", speakers=["anna", "ben"]).save_to_preset(folder)
    return folder


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Five tones for validation, of which one is too short for PESQ."""
    folder = tmp_path_factory.mktemp("recordings")
    rows = ["path,speaker,split"]
    for number in range(6):
        seconds = np.arange(2000 if number == 3 else 9000) / RATE
        phase = 2 * np.pi * (120 + 30 * number) * seconds
        tone = sum(np.sin(k * phase) / k for k in range(1, 9))
        tone *= 0.1 * np.minimum(1, 10 * seconds)
        soundfile.write(folder / f"{number}.wav", tone, RATE)
        split = "train" if number == 0 else "validation"
        rows.append(f"{number}.wav,{'ben' if number % 2 else 'anna'},{split}")
    (folder / "metadata.csv").write_text("\n".join(rows))
    return folder


def table_rows(printed, start):
    """The cells of the lines that begin with a text."""
    lines = [line for line in printed.splitlines() if line.startswith(start)]
    return [line[len(start) :].split() for line in lines]


@pytest.mark.neutral
def test_the_table_has_a_line_for_each_system_and_speaker(command, vocoder, recordings):
    flags = ["--resynthesis", "--by", "speaker", "--seed", "3", "--temperature", "0.9"]
    printed = command("evaluate", vocoder, recordings, *flags)
    assert "speaker anna: 2 clips" in printed and "speaker ben: 3 clips" in printed
    assert "all: 5 clips" in printed
    for system in ("vocoder ", "Griffin-Lim, 60 iterations", "original, 8-bit mu-law"):
        rows = table_rows(printed, system)
        assert len(rows) == 3 and all(len(row) == 6 for row in rows)
    (head,) = {line for line in printed.splitlines() if "PESQ  " in line}
    assert head.split()[:2] == ["PESQ", "STOI"] and head.endswith("F0 cents")
    assert "Temperature 0.9, seed 3" in printed
    assert "samples/s" in printed and "times real time" in printed
    assert "PESQ has no value for 3.wav\n" in printed


@pytest.mark.neutral
def test_figures_and_audio_are_kept_on_request(command, vocoder, recordings, tmp_path):
    flags = ["--resynthesis", "--clips", "2", "--seed", "1"]
    files = ["--json", "figures.json", "--out", "audio"]
    printed = command("evaluate", vocoder, recordings, *flags, *files)
    assert "wrote figures.json" in printed
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["settings"]["clips"] == 2 and figures["settings"]["seed"] == 1
    systems = list(figures["samples_per_second"])
    assert len(figures["rows"]) == 2 * len(systems)
    for system in systems:
        values = [
            row["values"]["mcd"] for row in figures["rows"] if row["system"] == system
        ]
        found = figures["summary"]["all"][system]["mcd"]
        assert found["median"] == pytest.approx(np.mean(values)) and found["clips"] == 2
    written = sorted(path.name for path in (tmp_path / "audio").iterdir())
    assert len(written) == len(figures["rows"])
    assert any(name.endswith(".wav.vocoder.wav") for name in written)
    audio, rate = soundfile.read(tmp_path / "audio" / written[0])
    assert rate == RATE and len(audio) in (2000, 9000)
    # Audio that is there already is not mixed with more.
    again = command("evaluate", vocoder, recordings, *flags, "--out", "audio", status=1)
    assert "--out must be a new or an empty folder" in again


@pytest.mark.neutral
def test_words_are_counted_where_the_data_has_transcripts(command, tiny_wavenet):
    tiny_wavenet(features="mel_16k").save_to_preset("plain")
    # This seed chooses the shortest clip, of three words.
    flags = ["--resynthesis", "--clips", "1", "--seed", "16"]
    flags += ["--no-match-frames", "--words"]
    printed = command("evaluate", "plain", *flags, "--json", "figures.json")
    assert "plain, frames matched" not in printed
    figures = json.loads(Path("figures.json").read_text())["words"]
    assert figures["clips"] == 1 and figures["words"] == 3
    share = 100 * figures["errors"]["plain"] / 3
    assert "Words wrong, of 3 in 1 clips" in printed
    assert f"  plain: {share:.1f} %" in printed


@pytest.mark.neutral
def test_the_seed_gives_the_same_figures_again(command, vocoder, recordings, tmp_path):
    for name in ("a.json", "b.json"):
        flags = ["--resynthesis", "--clips", "1", "--json", name]
        command("evaluate", vocoder, recordings, *flags)
    first, second = (
        json.loads((tmp_path / name).read_text())["summary"]
        for name in ("a.json", "b.json")
    )
    assert first == second


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--clips", "3"], "--clips needs --resynthesis"),
        (["--json", "x.json"], "--json needs --resynthesis"),
        (
            ["--resynthesis", "--as-speaker", "ben"],
            "--as-speaker can't be combined",
        ),
        (["--words"], "--words needs --resynthesis"),
        (["--resynthesis", "--words"], "--words needs transcripts"),
        (["--resynthesis", "--json", "no/x.json"], "--json must name a file"),
        (["--resynthesis", "--split", "validation[:0]"], "validation"),
    ],
)
def test_flags_that_can_not_be_combined_are_refused(
    flags, complaint, command, vocoder, recordings
):
    assert complaint in command("evaluate", vocoder, recordings, *flags, status=1)


@pytest.mark.neutral
def test_a_model_without_features_is_refused(
    command, tiny_wavenet, recordings, tmp_path
):
    tiny_wavenet().save_to_preset(tmp_path / "plain")
    complaint = command("evaluate", "plain", recordings, "--resynthesis", status=1)
    assert complaint.count("\n") == 1
    assert "needs a model that is conditioned on features" in complaint


@pytest.mark.neutral
def test_clips_that_all_fail_are_an_error(command, tiny_wavenet, recordings, tmp_path):
    model = tiny_wavenet(features="mel_16k", speakers=["eve"])
    model.save_to_preset(tmp_path / "eve")
    complaint = command("evaluate", "eve", recordings, "--resynthesis", status=1)
    assert "No clip could be resynthesized. The first: 1.wav: " in complaint
