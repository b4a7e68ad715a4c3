"""The command `explain`: a page about a model and a recording."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

import keras_wavenet
from keras_wavenet.commands.explain_blocks import drawn_blocks
from tests.explained import RATE

pytestmark = pytest.mark.neutral


@pytest.fixture
def preset(explained):
    return explained.preset


@pytest.fixture
def tone(explained):
    return explained.tone


def test_the_page_holds_all_pictures_and_sounds_and_figures(explained):
    assert "wrote whisper-explained/index.html" in explained.printed
    folder = explained.folder
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
    model = keras_wavenet.WaveNet.from_preset(explained.preset)
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


def test_a_recording_in_the_place_of_the_preset_is_refused(tone, command):
    complaint = command("explain", tone, status=1)
    assert "The preset comes before the recording" in complaint
    assert f"keras-wavenet explain wavenet_tiny {tone}" in complaint


def test_what_fails_leaves_no_folder(tone, command):
    model = keras_wavenet.WaveNet(
        [1], 2, 2, 4, sample_rate=RATE, local_channels=3, hop=20
    )
    model.save_to_preset("framed")
    np.save("frames.npy", np.zeros((60, 2), "float32"))
    complaint = command("explain", "framed", tone, "--local", "frames.npy", status=1)
    assert "(frames, 3)" in complaint
    assert not Path("framed-explained").exists()


def test_filters_are_drawn_whose_repetitions_can_be_seen():
    assert drawn_blocks([1, 2, 4, 8, 16, 32, 64, 128, 256, 512] * 2) == [0, 2, 4]
    assert drawn_blocks([64, 128]) == [0]


def test_silence_is_refused(preset, command, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(2000), RATE)
    complaint = command("explain", preset, "silence.wav", "--speaker", "ben", status=1)
    assert "WAV must have sound in its first 0.5 s" in complaint


def test_a_folder_with_files_is_kept(preset, tone, command, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("mine")
    complaint = command("explain", preset, tone, "--out", "own", status=1)
    assert "own has files" in complaint and "--overwrite" in complaint
