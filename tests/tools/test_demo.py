"""The demo distinguishes speech from noise, and says what each of its sounds is."""

import re
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet import data
from keras_wavenet.pages import page as page_module

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
    return check.passed()[0]


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


def test_the_page_says_what_each_sound_is_before_and_after_the_training(monkeypatch):
    monkeypatch.setattr(page_module, "DOTS_PER_INCH", 20)  # drawn in less time
    import demo_page
    from demo_shipped import Sentence

    tone = 0.3 * np.sin(np.arange(1600) / 8)
    sentence = Sentence("anna", "A tone.", 16000, tone, tone)
    page = demo_page.make_page([sentence], (tone, 16000)).render()
    for words in (
        "Copy synthesis: the vocoder wavenet_realtime",
        "Babble: wavenet_tiny generates without conditions",
        "The training has not ended yet",
    ):
        assert words in page
    shipped = [
        "anna, recording",
        "anna, copy synthesis by wavenet_realtime",
        "Babble by wavenet_tiny",
    ]
    assert re.findall('aria-label="(.*?)"', page) == shipped
    sentence.raw = sentence.matched = tone
    training = demo_page.Training(46, 150.0, {20: 9.5}, 10.5, 9.125, {"counts": 11.0})
    page = demo_page.make_page(
        [sentence], (tone, 16000), training, "/my voice"
    ).render()
    assert "on the 46 recordings" in page and "20 steps in 2.5 minutes" in page
    assert "9.125, 10.500 before training" in page
    assert "generate '/my voice' --speaker en_allison" in page
    trained = ["anna, trained here, raw", "anna, trained here, frames matched"]
    assert re.findall('aria-label="(.*?)"', page) == [*shipped, shipped[0], *trained]


def test_one_sentence_of_each_speaker_is_resynthesized(recorded):
    from demo_shipped import one_clip_per_speaker

    source = data.open_source("spoken_prompts", "validation", 16000)
    clips = one_clip_per_speaker(source)
    speakers = [clip.info.speaker for clip in clips]
    assert speakers == ["en_allison", "it_carlo", "ru_maxim"]
    assert np.array_equal(clips[0].waveform, recorded)
