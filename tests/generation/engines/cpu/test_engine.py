"""The compiled engine, compared with the engines of the backends and the network."""

import threading

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.generation import Sampling, StatefulGenerator, engines
from keras_wavenet.generation.engines.cpu import engine as cpu_engine
from tests.family import KINDS, SMALL, conditions_of
from tests.generation.rounded import round_projections

BACKEND = keras.backend.backend()
T, SEED = 40, 3
CHUNK = 16  # so that a generation crosses chunks, and frames of every kind
ODD = {  # no width fills a strip of weights, and there is no residual projection
    "dilations": [3],
    "kernel_size": 3,
    "initial_kernel_size": 1,
    "residual_channels": 33,
    "dilation_channels": 37,
    "skip_channels": 65,
    "post_channels": 31,
    "distribution": "gaussian",
}
NETWORKS = {**KINDS, "odd": ODD}
HOW = {
    "speech": {"temperature": 2.0, "top_k": 9, "top_p": 0.9},
    "vocoder": {"temperature": 0.7},
    "far": {"temperature": 0},
    "both": {"temperature": 1.5},
    "predicted": {"temperature": 0.8},
    "predicted_far": {},
    "odd": {},
}


@pytest.fixture(scope="module", autouse=True)
def short_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "CHUNK", CHUNK)
        yield


@pytest.fixture(scope="module")
def build(tiny_wavenet):
    """Networks by name, each built once."""
    held = {}

    def build_once(name):
        if name not in held:
            held[name] = tiny_wavenet(**{**SMALL, **NETWORKS[name]})
        return held[name]

    return build_once


@pytest.fixture(scope="module")
def prime():
    return np.random.default_rng(1).uniform(-0.5, 0.5, (2, 24)).astype("float32")


@pytest.mark.parametrize("name", NETWORKS)
def test_its_audio_is_that_of_the_engine_of_the_backend(build, prime, name):
    model = build(name)
    options = {"streams": 2, "seed": SEED, "prime": prime, **HOW[name]}
    options["conditions"] = conditions_of(model, T)
    expected = model.generate(T, engine=BACKEND, **options)
    assert expected.std(axis=1).min() > 0.01
    found = model.generate(T, engine="cpu", **options)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_the_mode_of_a_mixture_is_that_of_the_distribution(build):
    model = build("vocoder")
    conditions = conditions_of(model, T)
    options = {"conditions": conditions, "streams": 2, "temperature": 0}
    found = model.generate(T, engine="cpu", **options)
    expected = model.generate(T, engine=BACKEND, **options)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


@pytest.mark.neutral
@pytest.mark.parametrize("name", NETWORKS)
def test_rounded_weights_are_those_of_a_rounded_network(build, prime, name):
    model = build(name)
    options = {"streams": 2, "seed": SEED, "prime": prime}
    options["conditions"] = conditions_of(model, T)
    exact = model.generate(T, engine="cpu", **options)
    found = model.generate(T, engine="cpu_bfloat16", **options)
    rounded = WaveNet.from_config({**model.get_config(), "name": None})
    rounded.set_weights(model.get_weights())
    round_projections(rounded)
    expected = rounded.generate(T, engine="cpu", **options)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    assert model.distribution.truncates or np.ptp(found - exact) > 1e-4


@pytest.mark.neutral
@pytest.mark.parametrize("name", ["speech", "odd"])
@pytest.mark.parametrize("engine", engines.CPU_ENGINES)
def test_streams_are_as_each_alone_in_any_thread(build, monkeypatch, engine, name):
    monkeypatch.setattr(cpu_engine, "_cores", lambda: 3)
    model = build(name)
    conditions = {n: v[0] for n, v in conditions_of(model, T).items()}
    options = {
        "conditions": conditions,
        "seed": SEED,
        "engine": engine,
        "temperature": 2,
    }
    together = model.generate(T, streams=14, **options)
    for streams in (1, 4, 9):
        found = model.generate(T, streams=streams, **options)
        np.testing.assert_allclose(found, together[:streams], rtol=0, atol=1e-4)
    assert len(np.unique(together, axis=0)) == 14


@pytest.mark.parametrize("name", NETWORKS)
def test_priming_by_steps_of_the_backend_leads_to_the_same_samples(build, prime, name):
    model = build(name)
    conditions = conditions_of(model, T)
    for length in (0, 1, 2, 24):  # shorter than the memory of some layers
        start = prime[:, :length]
        pair = [
            model.generate(
                9, prime=start, conditions=conditions, streams=2, seed=4, engine=one
            )
            for one in ("cpu", BACKEND)
        ]
        np.testing.assert_allclose(*pair, rtol=0, atol=1e-4)


@pytest.mark.neutral
def test_generators_of_one_network_are_independent(build):
    model = build("speech")
    conditions = conditions_of(model, T)
    seeds = (1, 2)
    whole = [
        model.generate(T, conditions=conditions, streams=2, seed=seed, engine="cpu")
        for seed in seeds
    ]
    pair = [
        StatefulGenerator(model, 2, seed, "cpu", conditions=conditions)
        for seed in seeds
    ]
    parts = [[one.generate(T // 4) for one in pair] for _ in range(4)]
    for found, expected in zip(zip(*parts, strict=True), whole, strict=True):
        np.testing.assert_array_equal(np.concatenate(found, axis=1), expected)


@pytest.mark.neutral
def test_a_generator_continues_in_another_thread(build):
    model = build("odd")
    generator = StatefulGenerator(model, 9, SEED, "cpu")
    first, then = generator.generate(11), []
    thread = threading.Thread(target=lambda: then.append(generator.generate(T - 11)))
    thread.start()
    thread.join()
    whole = model.generate(T, streams=9, seed=SEED, engine="cpu")
    np.testing.assert_array_equal(np.concatenate([first, *then], axis=1), whole)


def test_changed_weights_are_used_when_a_generation_begins(tiny_wavenet):
    model, other = (tiny_wavenet(seed, **SMALL) for seed in (0, 1))
    generator = StatefulGenerator(model, 1, SEED, "cpu")
    before = generator.generate(T)
    model.set_weights(other.get_weights())
    expected = other.generate(T, seed=SEED, engine="cpu")
    assert (before != expected).any()
    generator.reset()
    np.testing.assert_array_equal(generator.generate(T), expected)


@pytest.mark.neutral
def test_a_second_generation_packs_the_weights_and_compiles_nothing(build):
    model = build("odd")
    model.generate(5, engine="cpu")
    compiled = cpu_engine.loop.generate.stats.cache_misses
    signatures = len(cpu_engine.loop.generate.signatures)
    for count, how in ((7, Sampling(0.5)), (CHUNK + 3, Sampling(0))):
        StatefulGenerator(model, 3, SEED, "cpu").generate(count, how)
    assert cpu_engine.loop.generate.stats.cache_misses == compiled
    assert len(cpu_engine.loop.generate.signatures) == signatures


def test_it_computes_in_float32_whatever_keras_takes_for_a_float(tiny_wavenet):
    model = tiny_wavenet(**SMALL)
    expected = model.generate(T, seed=SEED, engine="cpu")
    signatures = len(cpu_engine.loop.generate.signatures)
    usual = keras.config.floatx()
    keras.config.set_floatx("float16")
    try:
        found = model.generate(T, seed=SEED, engine="cpu")
    finally:
        keras.config.set_floatx(usual)
    np.testing.assert_array_equal(found, expected)
    assert len(cpu_engine.loop.generate.signatures) == signatures


@pytest.mark.neutral
@pytest.mark.parametrize(
    "policy, name", [("mixed_float16", "far"), ("bfloat16", "vocoder")]
)
def test_networks_of_every_policy_are_computed_in_float32(build, policy, name):
    model = build(name)
    half = WaveNet.from_config({**model.get_config(), "dtype": policy, "name": None})
    half.set_weights(model.get_weights())
    model = WaveNet.from_config({**model.get_config(), "name": None})
    model.set_weights([np.array(w, "float32") for w in half.get_weights()])
    options = {"conditions": conditions_of(model, 9), "seed": SEED, "engine": "cpu"}
    found, expected = (one.generate(9, streams=2, **options) for one in (half, model))
    # The layers of conditions run in half precision.
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.02)
