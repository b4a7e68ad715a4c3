"""Words of transcripts, and the errors of a recognizer."""

import numpy as np
import pytest

from keras_wavenet.data import Clip, ClipInfo
from keras_wavenet.evaluation import Row, WordErrors, words_of

pytestmark = pytest.mark.neutral

RATE = 16000


def clip(waveform, transcript):
    return Clip(waveform, ClipInfo("clip", len(waveform), RATE, transcript=transcript))


def row(system, audio):
    return Row("clip", None, None, system, 1.0, {}, {}, 1.0, audio)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Weasels have eaten our phone system.", "weasels have eaten our phone system"),
        ("Press 1, or the 'pound' key.", "press one or the pound key"),
        ("Don\u2019t press 42!", "don't press four two"),
        ("", ""),
    ],
)
def test_transcripts_become_words_to_compare(text, words):
    assert words_of(text) == words.split()


def test_more_words_are_wrong_in_noise(speech, noisy):
    errors = WordErrors()
    copies = [row("copy", speech), row("noise", noisy(0.2))]
    errors.add(clip(speech, "Weasels have eaten our phone system."), RATE, copies)
    errors.add(clip(speech, None), RATE, copies)  # does not count
    assert (errors.clips, errors.words) == (1, 6)
    found = errors.percent()
    assert list(found) == ["original", "copy", "noise"]
    assert found["original"] == found["copy"] < 80 < found["noise"]


def test_without_transcripts_there_are_no_figures():
    assert WordErrors().percent() == {}


def test_silence_has_no_words():
    assert WordErrors().recognize(np.zeros(100, "float32"), RATE) == []
