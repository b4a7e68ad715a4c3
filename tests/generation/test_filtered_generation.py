"""Generation of a network that models filtered audio: audio comes out and goes in."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data
from keras_wavenet.generation import StatefulGenerator
from keras_wavenet.generation.engines import CHUNK

CONFIG = {"coefficients": [-0.9, 0.4, -0.2], "gain": 0.7}
SEED = 3


@pytest.fixture(scope="module")
def filtered(tiny_wavenet):
    """A network that models filtered audio."""
    return tiny_wavenet(dilations=[1, 2, 4], waveform_filter=CONFIG)


@pytest.fixture(scope="module")
def plain(tiny_wavenet):
    """The same network, of audio as it is."""
    return tiny_wavenet(dilations=[1, 2, 4])


@pytest.fixture(scope="module")
def waveform():
    return np.random.default_rng(1).uniform(-0.5, 0.5, (2, 40)).astype("float32")


def test_the_filter_is_undone_in_what_is_generated(filtered, plain):
    modelled = plain.generate(CHUNK + 5, streams=2, seed=SEED)
    audio = filtered.generate(CHUNK + 5, streams=2, seed=SEED)
    assert audio.dtype == np.float32 and np.abs(audio).max() <= 1
    expected = filtered.waveform_filter.inverse(modelled)
    np.testing.assert_array_equal(audio, expected)
    assert np.abs(audio - modelled).max() > 0.1


def test_a_prime_is_filtered_and_the_audio_continues_from_it(filtered, plain, waveform):
    wave_filter = filtered.waveform_filter
    modelled = plain.generate(90, streams=2, seed=SEED, prime=wave_filter(waveform))
    audio = filtered.generate(90, streams=2, seed=SEED, prime=waveform)
    joined = np.concatenate([wave_filter(waveform), modelled], axis=1)
    expected = wave_filter.inverse(joined)[:, waveform.shape[1] :]
    np.testing.assert_allclose(audio, expected, atol=1e-6)


def test_chunks_do_not_change_the_audio(filtered, waveform):
    options = {"streams": 2, "seed": SEED, "prime": waveform}
    whole = filtered.generate(CHUNK + 5, **options)
    chunks = list(filtered.stream(CHUNK + 5, **options))
    np.testing.assert_array_equal(np.concatenate(chunks, axis=1), whole)
    generator = StatefulGenerator(filtered, streams=2, seed=SEED)
    for _ in range(2):
        generator.prime(waveform)
        parts = [generator.generate(count) for count in (1, 0, 250, 77)]
        np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole[:, :328])


def test_reset_clears_the_audio(filtered, waveform):
    generator = StatefulGenerator(filtered, streams=2, seed=SEED)
    first = generator.generate(30)
    generator.prime(waveform)
    generator.generate(30)
    generator.reset()
    np.testing.assert_array_equal(generator.generate(30), first)


def test_probabilities_are_of_the_next_filtered_sample(filtered, plain, waveform):
    found = filtered.next_sample_probabilities(waveform)
    expected = plain.next_sample_probabilities(filtered.waveform_filter(waveform))
    np.testing.assert_array_equal(found, expected)


def test_an_evaluation_scores_the_filtered_waveform(filtered, plain):
    spec = filtered.data_spec
    train = data.load("spoken_prompts", split="validation", spec=spec, shuffle=False)
    x, y, weight = next(iter(train))
    clip = train.source[0].waveform
    np.testing.assert_array_equal(y[0], filtered.waveform_filter(clip)[: y.shape[1]])
    filtered.compile()
    plain.compile()
    scores = [
        model.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
        for model in (filtered, plain)
    ]
    assert scores[0] == scores[1]


def test_a_preset_keeps_the_filter(filtered, tmp_path):
    filtered.save_to_preset(tmp_path / "preset")
    again = WaveNet.from_preset(tmp_path / "preset")
    assert again.get_config()["waveform_filter"] == CONFIG
    audio = filtered.generate(50, seed=SEED)
    np.testing.assert_array_equal(again.generate(50, seed=SEED), audio)


def test_a_recording_is_vocoded_to_audio(tiny_wavenet):
    model = tiny_wavenet(
        dilations=[1, 2], features="mel_16k", upsampling="repeat",
        waveform_filter={"pre_emphasis": 0.85},
    )  # fmt: skip
    recording = 0.3 * np.sin(np.arange(450) / 9)
    frames = model.features(recording)
    audio = model.vocode(recording, seed=SEED, match_frames=False)
    assert audio.shape == (1, 450)
    same = model.generate(450, conditions={"local": frames}, seed=SEED)
    np.testing.assert_array_equal(audio, same)
