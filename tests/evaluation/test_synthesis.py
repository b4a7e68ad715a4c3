"""Copy synthesis of many recordings at a time."""

import dataclasses
import time

import numpy as np
import pytest

from keras_wavenet import features
from keras_wavenet.data import ClipSource
from keras_wavenet.data.clip_source import ClipInfo
from keras_wavenet.data.reader import CachingReader
from keras_wavenet.evaluation import (
    synthesize,
    utterance_of_frames,
    utterances_of_clips,
)

pytestmark = pytest.mark.neutral

LENGTHS = (900, 400, 1150, 650, 500)  # frames have 200 samples


@pytest.fixture(scope="module")
def model(tiny_wavenet):
    return tiny_wavenet(
        features=features.get("mel_16k"),
        upsampling="repeat",
        dilations=[1, 2],
        speakers=["anna", "ben"],
        tags=["low", "loud"],
    )


@pytest.fixture(scope="module")
def source():
    """Clips of noise; one is of a speaker that the model does not have."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (len(LENGTHS), max(LENGTHS)))
    reader = CachingReader(lambda n, a, b: noise[n, a:b].astype("float32"), LENGTHS)
    labels = zip(LENGTHS, ("anna", "ben", "ben", "carl", "anna"), strict=True)
    clips = [
        ClipInfo(
            f"{n}.wav", length, 16000, speaker=who, label="low;loud"[4 * (n % 2) :]
        )
        for n, (length, who) in enumerate(labels)
    ]
    return ClipSource(16000, clips, reader)


def audio_of(found):
    return {one.name: one.audio for one in found if one.error is None}


def test_each_recording_is_as_it_would_be_alone(model, source):
    utterances = utterances_of_clips(model, source)
    options = {"seed": 5, "temperature": 0.9}
    together = audio_of(synthesize(model, utterances, streams=3, **options))
    assert list(together) == [f"{n}.wav" for n in (1, 4, 0, 2)]  # by length
    for index in (1, 2):
        clip, own = source[index], utterances[index : index + 1]
        (alone,) = synthesize(model, own, streams=3, **options)
        np.testing.assert_array_equal(together[alone.name], alone.audio)
        np.testing.assert_array_equal(alone.original, clip.waveform)
        (single,) = synthesize(model, own, streams=1, **options)
        conditions = {"speaker": clip.info.speaker, "tags": clip.info.tags}
        expected = model.vocode(clip.waveform, conditions=conditions, **options)[0]
        assert expected.shape == (LENGTHS[index],) and expected.std() > 0.01
        np.testing.assert_allclose(single.audio, expected, rtol=0, atol=1e-6)


def test_one_that_fails_is_named_and_ends_nothing(model, source):
    utterances = utterances_of_clips(model, source)

    def fail():
        raise OSError("the disk is gone")

    utterances[4] = dataclasses.replace(utterances[4], load=fail)
    watched, started = [], time.perf_counter()
    found = list(synthesize(model, utterances, streams=2, watch=watched.append))
    assert 0 < sum(one.seconds for one in found) < time.perf_counter() - started
    errors = {one.name: one.error for one in found if one.error is not None}
    assert set(errors) == {"3.wav", "4.wav"}
    assert "'carl'" in errors["3.wav"] and errors["4.wav"] == "the disk is gone"
    assert sum(watched) == sum(map(len, audio_of(found).values())) == 900 + 400 + 1150


def test_conditions_that_are_given_replace_those_of_the_data(model, source):
    given = {"speaker": "ben", "tags": ["low"]}
    utterances = utterances_of_clips(model, source, given)
    audio = audio_of(synthesize(model, utterances, streams=1, match_frames=False))
    assert len(audio) == len(LENGTHS)
    waveform = source[3].waveform
    expected = model.vocode(waveform, conditions=given, seed=0, match_frames=False)[0]
    np.testing.assert_array_equal(audio["3.wav"], expected)


def test_frames_in_a_file_are_synthesized(model, tmp_path):
    frames = np.random.default_rng(0).normal(-3, 1, (3, 80)).astype("float32")
    np.save(tmp_path / "a.npy", frames)
    np.save(tmp_path / "b.npy", frames[:, :7])
    given = {"speaker": 1, "tags": [1.0, 0.0]}
    utterance = utterance_of_frames(model, "a", tmp_path / "a.npy", given)
    (found,) = synthesize(model, [utterance], streams=1, match_frames=False, seed=2)
    assert found.original is None
    expected = model.generate(None, conditions={**given, "local": frames}, seed=2)[0]
    np.testing.assert_array_equal(found.audio, expected)
    with pytest.raises(ValueError, match=r"\(frames, 80\).*shape=\(3, 7\)"):
        utterance_of_frames(model, "b", tmp_path / "b.npy", given)
