"""Generation of every kind of network: its audio equals that from `call`."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.generation import Sampling, StatefulGenerator, engines
from keras_wavenet.generation.sampling import uniform_noise
from tests.family import KINDS, SMALL, conditions_of, cut, outputs

T, SEED = 30, 3
CHUNK = 8  # so that a generation crosses chunks, and frames of every kind
LIVELY = Sampling(temperature=2.0)


@pytest.fixture(scope="module", autouse=True)
def short_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "CHUNK", CHUNK)
        yield


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS.keys())
def model(request, tiny_wavenet):
    return tiny_wavenet(**{**SMALL, **request.param})


@pytest.fixture(scope="module")
def conditions(model):
    return conditions_of(model, T)


@pytest.fixture(scope="module")
def audio(model, conditions):
    """Two streams, generated chunk by chunk."""
    return model.generate(
        T, conditions=conditions, streams=2, seed=SEED, temperature=2.0
    )


def noise(model):
    """The audio that the noise draws."""
    per_sample = model.distribution.uniforms_per_sample
    return uniform_noise(SEED, 2, 0, T, per_sample)


def run(generator, rows):
    """The audio of a generator for rows of noise."""
    chunks = [rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK)]
    return np.concatenate(
        [generator(chunk, sampling=LIVELY) for chunk in chunks], axis=1
    )


def test_each_sample_is_drawn_from_what_call_gives(model, conditions, audio):
    waveform = np.concatenate([np.zeros((2, 1), "float32"), audio[:, :-1]], axis=1)
    parameters = ops.convert_to_tensor(
        outputs(model, {"waveform": waveform, **conditions})
    )
    choose = LIVELY.chooser(model.distribution)
    expected = [
        ops.convert_to_numpy(choose(parameters[:, t], ops.convert_to_tensor(u), 2.0))
        for t, u in enumerate(noise(model))
    ]
    assert audio.shape == (2, T) and audio.std(axis=1).min() > 0.01
    np.testing.assert_allclose(audio, np.stack(expected, axis=1), rtol=0, atol=1e-4)


def test_it_continues_from_a_prime_with_the_frames_after_it(model, conditions, audio):
    hop = model.data_spec.hop
    later = cut(model, conditions, hop)
    generator = StatefulGenerator(model, 2, SEED, conditions=later)
    generator.prime(audio[:, :hop])
    found = run(generator, noise(model)[hop:])
    np.testing.assert_allclose(found, audio[:, hop:], rtol=0, atol=1e-4)
    generator.reset()
    assert generator.generated == 0


def test_parts_of_any_length_join_to_the_whole(model, conditions, audio):
    generator = StatefulGenerator(model, 2, SEED, conditions=conditions)
    parts = [generator.generate(count, LIVELY) for count in (1, 0, 12, 3, 14)]
    # Frames that are encoded in other groups are rounded otherwise.
    rounding = 2e-6 if model.architecture.frame_encoder else 0
    joined = np.concatenate(parts, axis=1)
    np.testing.assert_allclose(joined, audio, rtol=0, atol=rounding)


def test_a_prime_leads_to_the_probabilities_of_the_next_sample(
    model, conditions, audio
):
    hop = model.data_spec.hop
    for first in (0, hop):
        later = cut(model, conditions, first)
        found = model.next_sample_probabilities(audio[:, :first], later)
        waveform = np.pad(audio[:, :first], [(0, 0), (1, 0)])
        expected = model.distribution.probabilities(
            outputs(model, {"waveform": waveform, **conditions})[:, -1]
        )
        expected = ops.convert_to_numpy(expected)
        np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.fixture(scope="module")
def speech(tiny_wavenet):
    return tiny_wavenet(**{**SMALL, **KINDS["speech"]})


def test_streams_of_different_speakers_equal_each_alone(speech):
    conditions = conditions_of(speech, T)
    together = StatefulGenerator(speech, 2, SEED, conditions=conditions)
    audio = run(together, noise(speech))
    for stream in range(2):
        own = {name: value[stream] for name, value in conditions.items()}
        alone = StatefulGenerator(speech, 1, SEED, conditions=own)
        found = run(alone, noise(speech)[:, stream : stream + 1])
        np.testing.assert_allclose(found[0], audio[stream], rtol=0, atol=1e-4)


def test_a_second_generation_compiles_nothing(speech):
    backend = keras.backend.backend()
    options = {"conditions": conditions_of(speech, T), "streams": 2, "engine": backend}
    speech.generate(T, **options)
    engine = engines.get(backend, speech)
    made = count_compiled(engine)
    assert sum(made) > 0
    speech.generate(T - 9, **options, temperature=0.7)
    assert count_compiled(engine) == made


def count_compiled(engine):
    """How much each cache of an engine holds: what it compiled for some shapes."""
    held = [value for name, value in vars(engine).items() if name != "model"]
    return [
        len(one) if isinstance(one, dict) else one.cache_info().misses
        for one in held
        if isinstance(one, dict) or hasattr(one, "cache_info")
    ]


def test_changed_weights_are_used_at_once(speech):
    conditions = conditions_of(speech, T)
    speaker = speech.network.conditioning.global_condition.embedding
    expected = speech.generate(T, conditions=conditions, streams=2, seed=SEED)
    speaker.assign(-speaker)
    changed = speech.generate(T, conditions=conditions, streams=2, seed=SEED)
    speaker.assign(-speaker)
    again = speech.generate(T, conditions=conditions, streams=2, seed=SEED)
    assert (expected != changed).any()
    np.testing.assert_array_equal(expected, again)


def test_names_and_one_row_for_all_streams_are_equivalent(speech):
    conditions = conditions_of(speech, T)
    rows = {
        "speaker": [1, 1],
        "tags": np.tile([1, 0, 0, 1], (2, 1)),
        "local": np.repeat(conditions["local"][:1], 2, axis=0),
    }
    once = {
        "speaker": "ben",
        "tags": [1, 0, 0, 1],
        "local": conditions["local"][0],
    }
    found, expected = (
        speech.generate(None, conditions=conditions, streams=2, seed=SEED)
        for conditions in (once, rows)
    )
    assert found.shape == (2, T)
    np.testing.assert_array_equal(found, expected)


BAD = {
    "nothing": (None, r"`conditions` must have .*Received: \[\]"),
    "no dict": ([1], r"must be a dict .*conditions=\[1\]"),
    "missing": ({"speaker": None}, "Received: .*local.*tags"),
    "unknown": ({"pitch": 1}, "Received: .*pitch"),
    "speaker of another model": ({"speaker": 2}, "index from 0 to 1 .*speaker=2"),
    "unknown name": ({"speaker": "eve"}, r"one of \['ann', 'ben'\]. .*='eve'"),
    "half a speaker": ({"speaker": 0.5}, "speaker=0.5"),
    "three speakers": ({"speaker": [0, 1, 0]}, "each of the 2"),
    "names of nameless tags": ({"tags": ["loud"]}, "number, from 0 to 3.*tag='loud'"),
    "another tag more": ({"tags": np.zeros(5)}, r"shape \(4\) .*shape=\(5,\)"),
    "other channels": ({"local": np.zeros((5, 3))}, r"\(frames, 4\) .*=\(5, 3\)"),
    "three rows": ({"local": np.zeros((3, 5, 4))}, r"\(2, frames, 4\).*=\(3, 5, 4\)"),
    "too few frames": (
        {"local": np.zeros((4, 4))},
        "need 5 frames of 6 samples. Received: frames=4, enough for 24 samples",
    ),
    "no frames": ({"local": np.zeros((0, 4))}, "at least one frame"),
    "not a number": ({"local": np.full((5, 4), np.nan)}, "`local` must be finite"),
    "too large": ({"local": np.full((5, 4), 1e300)}, "`local` must be finite"),
    "words": ({"local": np.full((5, 4), "loud")}, "`local` must hold numbers"),
}


@pytest.mark.parametrize("changes, message", BAD.values(), ids=BAD.keys())
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_bad_conditions_are_one_clear_error(speech, changes, message):
    conditions = changes
    if isinstance(changes, dict):
        conditions = {**conditions_of(speech, T), **changes}
        if changes == {"speaker": None}:
            del conditions["speaker"]
    with pytest.raises(ValueError, match=message):
        speech.generate(T, conditions=conditions, streams=2)


def test_a_mixture_cannot_be_cut_and_needs_a_length(tiny_wavenet):
    mixture = tiny_wavenet(**{**SMALL, "distribution": "gaussian"})
    with pytest.raises(ValueError, match="`top_k` must be None"):
        mixture.generate(5, top_k=3)
    with pytest.raises(ValueError, match="must be an integer for a model without loc"):
        mixture.generate(None)
    with pytest.raises(ValueError, match="no `features`"):
        mixture.vocode(np.zeros(5, "float32"))
