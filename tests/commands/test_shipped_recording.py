"""`keras-wavenet generate` without frames: a recording of the package, made again."""

import numpy as np
import pytest
import soundfile

from keras_wavenet.commands.generate import PRESET
from keras_wavenet.data import open_source
from keras_wavenet.data.spoken_prompts.recordings import RECORDINGS, read_recording

pytestmark = pytest.mark.neutral

VOCODER = {"features": "mel_16k", "upsampling": "repeat"}
SHORT = ["--num-samples", "400", "--seed", "1"]


@pytest.fixture
def vocoder(tmp_path, tiny_wavenet):
    """Save a small vocoder with such further arguments; return its folder."""

    def save(**arguments):
        tiny_wavenet(**VOCODER, **arguments).save_to_preset(tmp_path / "small")
        return "small"

    return save


def test_without_a_preset_a_held_out_sentence_is_made_again(command, tmp_path):
    printed = command("generate", *SHORT, "--out", "short.wav")
    recording = read_recording("en_allison")
    assert f'"{recording.transcript}" in the voice of en_allison' in printed
    assert f"{PRESET} was not trained on this sentence" in " ".join(printed.split())
    assert "mel frames" in printed and "times real time" in printed
    assert len(soundfile.read(tmp_path / "short.wav")[0]) == 400


def test_the_recording_is_as_if_the_flags_had_named_it(command, vocoder, tmp_path):
    small = vocoder(speakers=["ru_maxim", "en_allison"])
    printed = command("generate", small, *SHORT, "--out", "chosen.wav")
    assert "not trained" not in printed  # who knows
    flags = ["--speaker", "en_allison", "--mel-from", read_recording("en_allison").path]
    named = command("generate", small, *flags, *SHORT, "--out", "named.wav")
    assert "the sentence" not in named
    chosen, named = (
        soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("chosen", "named")
    )
    np.testing.assert_array_equal(chosen, named)


def test_all_of_the_recording_is_made_again(command, vocoder, tmp_path):
    printed = command("generate", vocoder(), "--seed", "1", "--out", "all.wav")
    assert "of the validation split of spoken_prompts" in " ".join(printed.split())
    recorded, _ = soundfile.read(read_recording("en_allison").path)
    assert len(soundfile.read(tmp_path / "all.wav")[0]) == len(recorded)


def test_another_speaker_says_another_sentence(command, vocoder):
    small = vocoder(speakers=["ru_maxim", "en_allison"])
    printed = command("generate", small, "--speaker", "ru_maxim", *SHORT)
    assert f'"{read_recording("ru_maxim").transcript}"' in " ".join(printed.split())


@pytest.mark.parametrize(
    ("arguments", "flags", "words"),
    [
        ({"speakers": ["anna"]}, [], "--speaker, one of anna"),
        ({"speakers": ["anna"]}, ["--speaker", "anna"], "--mel-from FILE"),
        ({"speakers": 3}, [], "--speaker, one of the numbers"),
        ({"tags": ["low"]}, ["--tag", "low"], "--mel-from FILE"),
        ({}, ["--speaker", "en_allison"], "--speaker has no effect"),
    ],
)
def test_other_models_need_their_conditions(arguments, flags, words, command, vocoder):
    assert words in command("generate", vocoder(**arguments), *flags, status=1)


def test_a_prime_wants_frames_of_ones_own(command, vocoder, voices):
    flags = ["--prime", voices / "0.wav"]
    assert "--mel-from FILE" in command("generate", vocoder(), *flags, status=1)


def test_free_generation_stays_with_its_preset(command):
    printed = command("generate", "wavenet_tiny", *SHORT)
    assert "wrote wavenet_tiny-seed1.wav" in printed and "sentence" not in printed


def test_the_recordings_are_of_the_validation_split_by_speakers_of_the_preset():
    source = open_source("spoken_prompts", "validation", 16000)
    held_out = {clip.transcript: clip.speaker for clip in source.clips}
    for speaker in RECORDINGS:
        assert held_out[read_recording(speaker).transcript] == speaker
