"""The command `explain`: a page about a model and a recording."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

import keras_wavenet

pytestmark = pytest.mark.neutral

RATE = 4000


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A very small model of two speakers, saved with its weights."""
    folder = tmp_path_factory.mktemp("presets") / "whisper"
    model = keras_wavenet.WaveNet(
        [1, 2], 4, 4, 8, sample_rate=RATE, speakers=["anna", "ben"]
    )
    model.save_to_preset(folder)
    return folder


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    """A rising tone of 0.4 s, at a rate of its own."""
    path = tmp_path_factory.mktemp("recordings") / "tone.wav"
    time = np.arange(3200) / 8000
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * (200 + 500 * time) * time), 8000)
    return path


def test_the_page_holds_all_pictures_and_sounds_and_figures(preset, tone, command):
    printed = command("explain", preset, tone, "--speaker", "ben", "--seconds", "0.3")
    assert "wrote whisper-explained/index.html" in printed
    folder = Path("whisper-explained")
    page = (folder / "index.html").read_text(encoding="utf-8")
    pictures = {path.stem for path in folder.glob("*.png")}
    assert {"gates", "blocks", "predictions", "entropy", "past", "sines"} <= pictures
    assert page.count("data:image/png") == len(pictures)
    sounds = sorted(path.stem for path in folder.glob("*.wav"))
    assert sounds == ["codes", "generated", "recording"]
    assert page.count("<audio") == 3
    waveform, rate = soundfile.read(folder / "recording.wav")
    assert rate == RATE and len(waveform) == 0.3 * RATE
    assert "receptive field: 5 samples, 1.2 ms" in page
    model = keras_wavenet.WaveNet.from_preset(preset)
    bits = keras_wavenet.introspection.score(
        model, waveform.astype("float32"), {"speaker": "ben"}
    ).bits
    (shown,) = re.findall(r"this model</th><td>([\d.]+)<", page)
    assert float(shown) == pytest.approx(bits.mean(), abs=2e-3)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--speaker", "ben", "--seconds", "0.1"], "at least 0.2 s.*0.1 s of"),
        ([], "needs a speaker: give --speaker, one of anna, ben"),
        (["--speaker", "cleo"], "--speaker must be one of"),
        (["--speaker", "ben", "--local", "a.npy"], "--local has no effect"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, words, preset, tone, command):
    complaint = command("explain", preset, tone, *arguments, status=1)
    assert re.search(words, complaint), complaint


def test_silence_is_refused(preset, command, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(2000), RATE)
    complaint = command("explain", preset, "silence.wav", "--speaker", "ben", status=1)
    assert "WAV must have sound in its first 0.5 s" in complaint


def test_a_folder_with_files_is_kept(preset, tone, command, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("mine")
    complaint = command("explain", preset, tone, "--out", "own", status=1)
    assert "own has files" in complaint and "--overwrite" in complaint
