"""The demo distinguishes speech from noise, and refuses too few steps."""

from pathlib import Path

import numpy as np
import pytest

from keras_wavenet import data

TOOLS = Path(__file__).resolve().parents[2] / "tools"
pytestmark = pytest.mark.neutral


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))


@pytest.fixture(scope="module")
def recorded():
    """A sentence of the speech in the package."""
    return data.open_source("spoken_prompts", "validation", 16000)[0].waveform


def conclusion(recorded, raw, matched):
    """Whether the demo accepts two waveforms as speech."""
    from demo_measures import SpeechCheck

    check = SpeechCheck(16000)
    check.compare(recorded, raw, matched)
    return check.passed()


def test_a_recording_is_speech_and_noise_of_its_loudness_is_not(recorded, capsys):
    loudness = np.abs(recorded).max() / 3
    noise = np.random.default_rng(0).normal(0, loudness, recorded.shape)
    noise = np.clip(noise, -1, 1).astype("float32")
    assert conclusion(recorded, recorded, recorded)
    assert not conclusion(recorded, noise, recorded)
    assert not conclusion(recorded, recorded, noise)
    assert "The raw audio is NOT speech" in capsys.readouterr().out


def test_steps_are_whole_points_of_the_curve_and_more_than_the_warm_up(
    monkeypatch, capsys
):
    from train_and_generate import parse_arguments

    monkeypatch.setattr("sys.argv", ["demo", "--out", "x", "--steps", "75"])
    assert parse_arguments().steps == 60
    monkeypatch.setattr("sys.argv", ["demo", "--out", "x", "--steps", "39"])
    with pytest.raises(SystemExit):
        parse_arguments()
    assert "at least 40. Received: 39" in capsys.readouterr().err
