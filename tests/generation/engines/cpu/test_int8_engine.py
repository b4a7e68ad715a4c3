"""The engine with projections of 8 bits, against NumPy and on real speech."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet, data
from keras_wavenet.generation import StatefulGenerator, engines
from keras_wavenet.layers import mu_law_decode
from tests.generation.int8_reference import Int8Reference

pytestmark = pytest.mark.neutral


def parameters_by_steps(model, engine, waveform):
    """The parameters after each sample of streams, `(T, streams, channels)`."""
    running = engines.get(engine, model).begin()
    memory, rows = running.get_initial_state(len(waveform)), []
    for samples in waveform.T:
        row, memory = running.step(np.ascontiguousarray(samples), memory)
        rows.append(row.copy())
    return np.stack(rows)


def test_it_computes_as_a_network_of_int8_in_numpy(tiny_wavenet):
    model = tiny_wavenet(
        dilations=[1, 4, 2, 1, 1, 2, 3],
        kernel_size=3,
        residual_channels=9,
        dilation_channels=7,
    )
    codes = np.random.default_rng(0).integers(0, 256, 50)
    waveform = mu_law_decode(codes)[None].astype("float32")
    found = parameters_by_steps(model, "cpu_int8", waveform)[:, 0]
    exact = parameters_by_steps(model, "cpu", waveform)[:, 0]
    expected = Int8Reference(model)(codes)
    distance = np.abs(found - expected).max(axis=1)
    # A number whose half is rounded to the other side moves a few samples.
    assert np.median(distance) < 1e-5 and distance.max() < 0.05 * np.ptp(exact)
    assert np.median(np.abs(found - exact).max(axis=1)) > 1e-3


def test_chunks_do_not_change_its_audio(network):
    whole = network.generate(60, engine="cpu_int8", streams=2, seed=3)
    generator = StatefulGenerator(network, 2, 3, "cpu_int8")
    parts = [generator.generate(count) for count in (1, 7, 52)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)
    assert not np.array_equal(whole, network.generate(60, streams=2, seed=3))
    assert engines.get("auto", network) is engines.get("cpu", network)


def test_it_costs_a_hundredth_of_a_bit_on_speech_at_most():
    model = WaveNet.from_preset("wavenet_tiny")
    windows = data.load(
        "spoken_prompts",
        split="validation",
        spec=model,
        batch_size=32,
        window_length=201,
    )
    speech = np.asarray(next(iter(windows))[1])
    bits = {}
    for engine in ("cpu", "cpu_int8"):
        rows = parameters_by_steps(model, engine, speech[:, :-1]).swapaxes(0, 1)
        nats = model.distribution.negative_log_likelihood(
            ops.convert_to_tensor(speech[:, 1:]), ops.convert_to_tensor(rows)
        )
        bits[engine] = float(ops.mean(nats)) / np.log(2)
    assert 2 < bits["cpu"] < 5
    assert 0 < abs(bits["cpu_int8"] - bits["cpu"]) < 0.01
