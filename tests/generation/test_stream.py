"""Generations that can be chunked, primed and continued without a difference."""

import concurrent.futures
import gc
import weakref

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from keras_wavenet.generation import Sampling, StatefulGenerator, engines
from keras_wavenet.generation.engines import CHUNK
from keras_wavenet.layers import mu_law_decode, mu_law_encode
from tests.family import KINDS, SMALL, conditions_of

BACKEND = keras.backend.backend()


@pytest.fixture(scope="module")
def audio(network):
    """More than a chunk of two streams."""
    return network.generate(CHUNK + 5, streams=2, seed=3)


def test_audio_has_a_row_for_each_stream_and_moves(audio):
    assert audio.shape == (2, CHUNK + 5)
    assert audio.dtype == np.float32
    assert np.abs(audio).max() <= 1
    assert audio.std(axis=1).min() > 0.01


def test_the_seed_decides_the_audio(network, audio):
    again = network.generate(300, streams=2, seed=3)
    np.testing.assert_array_equal(again, audio[:, :300])
    other = network.generate(300, streams=2, seed=4)
    assert (other != audio[:, :300]).mean() > 0.5


def test_without_a_seed_every_generation_differs(network):
    first, second = (network.generate(200, streams=2) for _ in range(2))
    assert (first != second).mean() > 0.5


def test_streams_differ_and_do_not_depend_on_how_many_there_are(network, audio):
    assert (audio[0] != audio[1]).mean() > 0.5
    alone = network.generate(300, streams=1, seed=3)
    np.testing.assert_array_equal(alone[0], audio[0, :300])


@pytest.mark.neutral
def test_streams_with_seeds_of_their_own_are_each_as_the_first_of_it(network, audio):
    together = network.generate(300, streams=3, seed=[4, 3, 3])
    np.testing.assert_array_equal(together[1:], audio[[0, 0], :300])
    assert (together[0] != together[1]).mean() > 0.5


@pytest.mark.neutral
def test_each_stream_may_begin_after_a_sample_of_its_own(network, audio):
    begun = network.generate(300, streams=2, seed=[3, 3], initial_sample=[0.0, 0.7])
    np.testing.assert_array_equal(begun[0], audio[0, :300])
    alone = network.generate(300, seed=3, initial_sample=0.7)
    np.testing.assert_array_equal(begun[1], alone[0])
    assert (begun[0] != begun[1]).mean() > 0.2


@pytest.mark.neutral
@pytest.mark.parametrize("value", [1.5, float("nan"), [0.0, 0.0, 0.0], "0.5", None])
def test_an_initial_sample_that_is_none_is_refused(network, value):
    with pytest.raises(ValueError, match="`initial_sample` must be a sample in"):
        network.generate(1, streams=2, initial_sample=value)


def test_chunks_of_a_stream_join_to_the_whole(network, audio):
    chunks = list(network.stream(CHUNK + 5, streams=2, seed=3))
    assert [chunk.shape[1] for chunk in chunks] == [CHUNK, 5]
    np.testing.assert_array_equal(np.concatenate(chunks, axis=1), audio)


def test_a_continued_generation_equals_an_uninterrupted_one(network, audio):
    generator = StatefulGenerator(network, streams=2, seed=3)
    parts = [generator.generate(count) for count in (1, 0, 250, 77)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), audio[:, :328])


def test_reset_starts_again(network, audio):
    generator = StatefulGenerator(network, streams=2, seed=3)
    generator.generate(50)
    generator.reset()
    np.testing.assert_array_equal(generator.generate(50), audio[:, :50])


def test_no_samples_asked_for_are_no_samples(network):
    assert network.generate(0, streams=3).shape == (3, 0)


def test_priming_in_parallel_equals_priming_by_steps(network, prime):
    engine = engines.get(BACKEND, network)
    state = engine.get_initial_state(2)
    for sample in prime.T[:-1]:
        _, state = engine.step(ops.convert_to_tensor(sample), state)
    last = ops.convert_to_tensor(prime[:, -1])
    stepped, _ = engine.step(last, state)
    waveform = ops.convert_to_tensor(prime[:, -network.receptive_field : -1])
    primed, _ = engine.step(last, engine.prefill(waveform))
    assert np.ptp(ops.convert_to_numpy(stepped)) > 0.1
    np.testing.assert_allclose(
        ops.convert_to_numpy(primed), ops.convert_to_numpy(stepped), atol=1e-5
    )


@pytest.mark.parametrize("length", [1, 3, None])
def test_a_prime_of_any_length_decides_what_follows(network, prime, length):
    waveform = prime[:, :length]
    first = network.generate(1, prime=waveform[0], temperature=0)[0]
    chances = network.next_sample_probabilities(waveform[0])
    assert mu_law_encode(first) == chances.argmax()


def test_without_a_prime_the_context_is_silence(network):
    silence = np.zeros(2 * network.receptive_field, "float32")
    expected = network.generate(100, streams=2, seed=5)
    for prime in (silence, np.zeros(0, "float32")):
        primed = network.generate(100, prime=prime, streams=2, seed=5)
        np.testing.assert_array_equal(primed, expected)


def test_a_prime_without_a_stream_axis_serves_all_streams(network, prime):
    shared = network.generate(50, prime=prime[0], streams=2, seed=6)
    both = network.generate(50, prime=prime[[0, 0]], streams=2, seed=6)
    np.testing.assert_array_equal(shared, both)


def test_generation_continues_from_its_own_audio_as_from_a_prime(network, audio):
    generator = StatefulGenerator(network, streams=2, seed=3)
    generator.prime(audio[:, :200])
    primed = generator.generate(1, Sampling(temperature=0))
    for row, sample in zip(audio[:, :200], primed[:, 0], strict=True):
        chances = network.next_sample_probabilities(row)
        assert mu_law_encode(sample[None]) == chances.argmax()


def test_temperature_zero_equals_a_loop_over_whole_waveforms(network, prime):
    waveform = prime[0]
    for _ in range(12):
        code = network.next_sample_probabilities(waveform).argmax()
        waveform = np.append(waveform, mu_law_decode(np.array([code])))
    (audio,) = network.generate(12, prime=prime[0], temperature=0)
    np.testing.assert_allclose(audio, waveform[-12:], atol=1e-6)


def test_top_k_and_top_p_of_almost_nothing_are_greedy(network):
    greedy = network.generate(60, streams=2, temperature=0)
    for option in ({"top_k": 1}, {"top_p": 1e-6}):
        audio = network.generate(60, streams=2, seed=1, **option)
        np.testing.assert_array_equal(audio, greedy)


def test_changed_weights_are_used_at_once(tiny_wavenet):
    model, other = (tiny_wavenet(seed, dilations=[1, 2]) for seed in (0, 1))
    before = model.generate(30, seed=0)
    model.set_weights(other.get_weights())
    after = model.generate(30, seed=0)
    assert (before != after).mean() > 0.5
    np.testing.assert_array_equal(after, other.generate(30, seed=0))


def test_queues_are_never_saved(network, tmp_path):
    generator = StatefulGenerator(network)
    assert len(generator.weights) > 0
    store = {}
    generator.save_own_variables(store)
    assert store == {}
    network.save_weights(tmp_path / "before.weights.h5")
    network.generate(5)
    network.save_weights(tmp_path / "after.weights.h5")
    sizes = {path.stat().st_size for path in tmp_path.iterdir()}
    assert len(sizes) == 1


def test_a_generator_keeps_its_network(tiny_wavenet):
    generator = StatefulGenerator(tiny_wavenet(dilations=[1]), seed=0)
    gc.collect()
    assert generator.generate(2).shape == (1, 2)
    assert len(generator.weights) > 0
    assert not generator.trainable_weights


def test_progress_is_drawn_where_it_is_asked_for(network, capsys):
    network.generate(300, streams=2, seed=3)
    assert capsys.readouterr().out == ""
    network.generate(300, streams=2, seed=3, progress=True)
    assert "300/300" in capsys.readouterr().out


def test_the_largest_seed_gives_audio_of_its_own(network, audio):
    loudest = network.generate(300, streams=2, seed=2**64 - 1)
    for seed in (0, 2**64 - 2):
        other = network.generate(300, streams=2, seed=seed)
        assert (other != loudest).mean() > 0.5


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16"])
def test_half_precision_networks_generate_float32(network, policy):
    config = {**network.get_config(), "dtype": policy, "name": None}
    half = WaveNet.from_config(config)
    half.set_weights(network.get_weights())
    waveform = np.linspace(-0.5, 0.5, 40, dtype="float32")
    audio = half.generate(300, prime=waveform, streams=2, seed=3)
    assert audio.dtype == np.float32
    assert np.isfinite(audio).all() and np.abs(audio).max() <= 1
    assert audio.std(axis=1).min() > 0.01


def test_a_network_that_spoke_is_freed(tiny_wavenet):
    model = tiny_wavenet(dilations=[1])
    model.generate(2)
    held = weakref.ref(model)
    del model
    gc.collect()
    assert held() is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"prime": np.zeros((3, 5), "float32")}, r"\(2, samples\).*shape=\(3, 5\)"),
        ({"prime": np.zeros((1, 2, 5), "float32")}, r"shape=\(1, 2, 5\)"),
        ({"prime": np.zeros(5, "int16")}, "32768.*dtype=int16"),
        ({"prime": np.array([0.0, np.nan])}, "must be finite"),
        ({"prime": np.array([0.0, 2e4])}, r"in \[-1, 1\].*up to 2e\+04"),
        ({"streams": 0}, "streams=0"),
        ({"prime": "speech.wav"}, r"read it first, with soundfile.read\(.speech.wav"),
        ({"temperature": -1}, "temperature=-1"),
        ({"temperature": None}, "temperature=None"),
        ({"top_k": 0}, "top_k=0"),
        ({"top_p": 2}, "top_p=2"),
        ({"seed": [1, 2, 3]}, "one for each of the 2 streams"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 0.5}, "seed=0.5"),
        ({"engine": "abacus"}, "engine='abacus'"),
        ({"num_samples": -1}, "num_samples=-1"),
        ({"num_samples": 1.5}, "num_samples=1.5"),
        ({"conditions": {"speaker": 1}}, "conditions.*speaker"),
    ],
)
def test_a_bad_argument_is_one_clear_error(network, arguments, message):
    arguments = {"num_samples": 10, "streams": 2, **arguments}
    with pytest.raises(ValueError, match=message):
        network.generate(**arguments)


def network_weights(model):
    rng = np.random.default_rng(0)
    return [rng.normal(size=weight.shape) for weight in model.weights]


@pytest.mark.parametrize("engine", ["cpu", BACKEND])
def test_a_stream_keeps_the_weights_of_its_start(engine):
    """Of the network and of its conditions, at the next chunk and the next frame."""
    model = WaveNet(**{**SMALL, **KINDS["both"]})
    model.set_weights(network_weights(model))
    conditions = conditions_of(model, 40)
    options = {"engine": engine, "seed": 0, "conditions": conditions, "streams": 2}
    expected = model.generate(40, **options)
    generator = StatefulGenerator(model, 2, 0, engine, conditions)
    parts = [generator.generate(15)]
    model.set_weights([2 * weight for weight in model.get_weights()])
    parts += [generator.generate(10), generator.generate(15)]
    found = np.concatenate(parts, axis=1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    generator.reset()
    assert (generator.generate(40) != expected).any()


def test_streams_of_one_generator_in_turns_are_refused(network, audio):
    generator = StatefulGenerator(network, streams=2, seed=3)
    one, other = generator.stream(CHUNK + 5), generator.stream(CHUNK + 5)
    np.testing.assert_array_equal(next(one), audio[:, :CHUNK])
    assert next(other).shape == (2, CHUNK)
    with pytest.raises(RuntimeError, match=r"read to its end .* sample 2048"):
        next(one)
    assert next(other).shape == (2, 5)


def test_streams_of_one_generator_follow_each_other(network, audio):
    generator = StatefulGenerator(network, streams=2, seed=3)
    streams = [generator.stream(20), generator.stream(30)]
    chunks = [chunk for stream in streams for chunk in stream]
    np.testing.assert_array_equal(np.concatenate(chunks, axis=1), audio[:, :50])


def test_streams_of_a_model_are_read_in_turns(network, audio):
    one, other = (network.stream(CHUNK + 5, streams=2, seed=3) for _ in range(2))
    pairs = [chunk for pair in zip(one, other, strict=True) for chunk in pair]
    for chunks in (pairs[::2], pairs[1::2]):
        np.testing.assert_array_equal(np.concatenate(chunks, axis=1), audio)


def test_two_threads_generate_at_once_from_the_start():
    model = WaveNet(**SMALL)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(model.generate, 50, seed=0, engine=engine)
            for engine in ("cpu", BACKEND, BACKEND)
        ]
        first, *others = (run.result() for run in runs)
    for other in others:
        np.testing.assert_allclose(other, first, rtol=0, atol=1e-4)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_weights_that_are_no_numbers_are_refused(dtype):
    network = WaveNet(**SMALL, dtype=dtype)
    network.generate(5)
    kernel = network.blocks[1].filter_gate.kernel
    kernel.assign(np.full(kernel.shape, np.inf))
    with pytest.raises(ValueError, match="finite.*infinity in '.*filter_gate/kernel'"):
        network.generate(5)


def test_noise_for_another_number_of_streams_is_refused(network):
    generator = StatefulGenerator(network, streams=2)
    with pytest.raises(ValueError, match=r"\(samples, 2, 1\).*shape=\(10, 3, 1\)"):
        generator(np.zeros((10, 3, 1), "float32"))


@pytest.mark.parametrize("engine", [BACKEND, "cpu"])
@pytest.mark.parametrize(
    ("setting", "value"),
    [("dtype_policy", "mixed_float16"), ("floatx", "float16")],
)
def test_a_setting_of_the_process_does_not_change_a_model(
    tiny_wavenet, engine, setting, value
):
    model = tiny_wavenet(dilations=[1, 2])
    expected = model.generate(20, seed=3, engine=engine)
    assign = getattr(keras.config, f"set_{setting}")
    before = getattr(keras.config, setting)()
    assign(value)
    try:
        generator = StatefulGenerator(model, seed=3, engine=engine)
        np.testing.assert_array_equal(generator.generate(20), expected)
    finally:
        assign(before)


def _traced_by(name, function):
    """Call a function of nothing within what traces or records it."""
    if name == "tf.function":
        import tensorflow as tf

        return tf.function(function)()
    import jax

    return jax.jit(function)()


@pytest.mark.parametrize(
    ("backend", "name", "engine"),
    [
        ("tensorflow", "tf.function", "cpu"),
        ("jax", "jax.jit", "jax"),
    ],
)
def test_generation_that_is_traced_is_refused(network, backend, name, engine):
    if backend != BACKEND:
        pytest.skip(f"of {backend}")
    generator = StatefulGenerator(network, engine=engine)
    with pytest.raises(ValueError, match="call `generate` outside of|call it outside"):
        _traced_by(name, lambda: network.generate(4, engine=engine))
    with pytest.raises(ValueError, match="call `generate` outside of|call it outside"):
        _traced_by(name, lambda: generator.generate(4))


@pytest.mark.parametrize("engine", ["cpu", BACKEND])
def test_generation_under_a_gradient_tape_is_not_recorded(network, audio, engine):
    if BACKEND != "tensorflow":
        pytest.skip("of tensorflow")
    import tensorflow as tf

    with tf.GradientTape():
        found = network.generate(4, streams=2, seed=3, engine=engine)
    np.testing.assert_allclose(found, audio[:, :4], rtol=0, atol=1e-5)
