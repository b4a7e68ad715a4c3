"""Every preset with few channels: training, files, and generation as predicted.

On PyTorch, which compiles nothing, all of them. The other backends compile networks of
up to fifty blocks for many seconds: there it is one preset, while all that a preset may
consist of is tested on small networks, `tests/family.py`.
"""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.generation import engines
from tests.generation.rounded import round_projections
from tests.presets import shrunk, weight_keys
from tests.presets.step_by_step import STEPS, Clip

BACKEND = keras.backend.backend()
NAMES = shrunk.NAMES if BACKEND == "torch" else ["wavenet_tiny"]
SHORT = 30
FROZEN = json.loads(Path(__file__).with_name("weight_keys.json").read_text("utf-8"))


def test_every_preset_trains_and_is_the_same_from_a_file_and_by_steps(name, tmp_path):
    model = shrunk.build(shrunk.narrow(name))
    before = model.get_weights()
    loss = train_a_step(model)
    after = model.get_weights()
    assert np.isfinite(loss)
    unchanged = [np.array_equal(*pair) for pair in zip(before, after, strict=True)]
    assert not any(unchanged)

    model.save_to_preset(tmp_path / name)
    loaded = WaveNet.from_preset(tmp_path / name)
    shapes = weight_keys.read_shapes(tmp_path / name / "model.weights.h5")
    assert set(weight_keys.grouped(shapes)) == set(FROZEN[name])

    clip = Clip(model)
    parameters = clip.parameters_at_once(loaded)
    assert np.ptp(parameters, axis=0).max() > 0.1
    for engine in (BACKEND, "cpu"):
        by_steps = clip.parameters_by_steps(engines.get(engine, model))
        np.testing.assert_allclose(by_steps, parameters[:STEPS], rtol=1e-4, atol=1e-4)
    same = np.abs(clip.chosen(parameters) - clip.audio[0]) < 1e-3
    assert same.mean() > 0.98
    if BACKEND == "torch":  # the weights are arrays, whatever the backend
        check_rounded_weights(clip, model)
    check_audio(clip, parameters)


def check_rounded_weights(clip, model):
    """An engine that rounds weights computes as the exact one with rounded weights."""
    found = clip.parameters_by_steps(engines.get("cpu_bfloat16", model))
    exact, engine = model.get_weights(), engines.get("cpu", model)
    unrounded = clip.parameters_by_steps(engine)
    round_projections(model)
    expected = clip.parameters_by_steps(engine)
    model.set_weights(exact)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert np.abs(found - expected).max() < 0.1 * np.abs(found - unrounded).max()


def check_audio(clip, parameters):
    """Two engines generate the same, as long as no noise is at the edge of a choice."""
    nearby = [clip.chosen(parameters, moved) for moved in (-1e-5, 0, 1e-5)]
    at_edge = np.flatnonzero(np.ptp(nearby, axis=0) > 1e-2)
    same = min([SHORT, *at_edge])
    audio = clip.generate(BACKEND, SHORT)[:, :same]
    np.testing.assert_allclose(audio, clip.audio[:, :same], rtol=0, atol=1e-3)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def train_a_step(model):
    """The loss of one step of training on a little noise."""
    waveform = np.random.default_rng(3).uniform(-0.5, 0.5, (1, 9)).astype("float32")
    conditions = shrunk.make_conditions(model, frames=1)
    conditions.pop("local_context", None)
    # Fifty blocks take JAX longer to run one by one than to compile; not so the others.
    compiled = BACKEND == "jax"
    model.compile(
        keras.optimizers.SGD(0.5), jit_compile=compiled, run_eagerly=not compiled
    )
    inputs = {"waveform": waveform[:, :-1], **conditions}
    return model.fit(inputs, waveform[:, 1:], verbose=0).history["loss"][0]
