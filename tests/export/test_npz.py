"""An `npz` export is enough: a loop in NumPy alone speaks the samples of `generate`."""

import importlib
import wave

import numpy as np
import pytest

from keras_wavenet import WaveNet, data
from tests.conftest import CHECKOUT
from tests.family import KINDS, SMALL
from tests.presets.shrunk import build

pytestmark = pytest.mark.neutral
SAMPLES = 50
NETWORKS = {
    **KINDS,
    "filtered": {"waveform_filter": {"pre_emphasis": 0.8}, "kernel_size": 3},
    "companded mixture": {
        "distribution": {"name": "logistic_mixture", "components": 2, "mu": 255},
    },
    "gaussian": {
        "distribution": {"name": "gaussian", "components": 1},
        "input_encoding": "waveform",
    },
    "shared kernel": {
        "local_channels": 3,
        "hop": 6,
        "upsampling": {
            "kind": "transposed",
            "scales": [2, 3],
            "kernel_sizes": [2, 3],
            "frequency_kernel_size": 3,
            "shared_kernel": True,
            "use_bias": True,
            "activation": "leaky_relu",
            "edges": "first_row",
        },
    },
    "several stages": {
        "local_channels": 3,
        "hop": 6,
        "start": "zeros",
        "upsampling": {
            "kind": "stretch",
            "scales": [2, 3],
            "initial_kernel_size": 3,
            "frequency_kernel_size": 3,
            "edges": "zeros",
        },
    },
}


def _program():
    """The program `tools/speak_from_npz.py`, which does not import the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(CHECKOUT / "tools")
        return importlib.import_module("speak_from_npz")


PROGRAM = _program()


def conditions_of(model, samples=SAMPLES):
    """Conditions of one stream by name."""
    a, normal = model.architecture, np.random.default_rng(3).normal
    made = {}
    if a.speakers:
        made["speaker"] = 1
    if a.tags:
        made["tags"] = np.arange(a.tag_count, dtype="float32") % 2
    if a.global_channels:
        made["global"] = normal(size=a.global_channels).astype("float32")
    if a.local_channels:
        shape = (-(-samples // a.hop), a.local_channels)
        made["local"] = normal(size=shape).astype("float32")
    return made


@pytest.mark.parametrize("kind", NETWORKS)
def test_numpy_alone_generates_the_same_samples(kind, tmp_path):
    model = build({**SMALL, **NETWORKS[kind]})
    conditions = conditions_of(model)
    temperature = 3 if kind == "speech" else 0.4  # a sharp distribution
    options = {"seed": 7, "temperature": temperature, "conditions": conditions}
    expected = model.generate(SAMPLES, engine="cpu", **options)[0]
    assert len(np.unique(expected)) > 5, "the samples must depend on the weights"
    exported = PROGRAM.Export(model.export_step(tmp_path / "export", "npz"))
    samples, _ = exported.generate(SAMPLES, **options)
    rounding = 0 if model.distribution.has_codes else 5e-6
    np.testing.assert_allclose(samples, expected, rtol=0, atol=rounding)


@pytest.fixture(scope="module")
def speech():
    """A tenth of a second of a recording."""
    return data.open_source("spoken_prompts", "validation", 16000).read(0, 8000, 9600)


@pytest.mark.parametrize(
    "preset", ["wavenet_tiny", "wavenet_realtime", "wavenet_prompts"]
)
def test_numpy_alone_generates_with_the_weights_of_a_preset(preset, speech, tmp_path):
    model = WaveNet.from_preset(preset)
    conditions = None
    if preset != "wavenet_tiny":  # all samples depend on the frames of a recording
        frames = model.architecture.features(speech)
        conditions = {"speaker": "ru_maxim", "local": frames}
    exported = PROGRAM.Export(model.export_step(tmp_path / "export", "npz"))
    expected = model.generate(150, conditions=conditions, seed=1, engine="cpu")[0]
    samples, _ = exported.generate(150, 1, conditions)
    rounding = 0 if preset == "wavenet_tiny" else 2e-6
    np.testing.assert_allclose(samples, expected, rtol=0, atol=rounding)


def test_the_noise_of_the_readme_is_that_of_generation():
    from keras_wavenet.generation.sampling import uniform_noise

    expected = uniform_noise(2**64 - 3, streams=3, start=0, count=7, per_sample=1)
    found = PROGRAM.uniforms(2**64 - 3, stream=2, count=7)
    np.testing.assert_array_equal(found, expected[:, 2, 0])


def test_the_program_writes_a_wav_of_all_frames(tmp_path):
    model = build({**SMALL, **KINDS["predicted"]})
    conditions = conditions_of(model)
    np.save(tmp_path / "frames.npy", conditions["local"])
    folder = model.export_step(tmp_path / "export", "npz")
    words = ["--speaker", "ben", "--frames", tmp_path / "frames.npy", "--seed", "3"]
    PROGRAM.main([str(folder), str(tmp_path / "a.wav"), *map(str, words)])
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getframerate() == 16000
        samples = np.frombuffer(file.readframes(10**6), "<i2") / 32768
    expected = model.generate(None, conditions=conditions, seed=3, engine="cpu")[0]
    np.testing.assert_allclose(samples, expected, rtol=0, atol=1.6e-5 * 2)


@pytest.mark.parametrize("example", ["speak_from_npz", "speak_from_onnx"])
def test_the_examples_say_what_a_model_needs(example, monkeypatch):
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    if example == "speak_from_onnx":
        pytest.importorskip("onnxruntime")
    program = importlib.import_module(example)
    conditions = {
        "speaker": {"count": 2, "names": ["ann", "ben"]},
        "tags": {"count": 3},
        "local": {"channels": 4},
    }
    known = {"conditions": conditions}
    with pytest.raises(SystemExit, match="one of ann, ben, 0, 1, not bob"):
        program.given_conditions(known, "bob")
    with pytest.raises(SystemExit, match="needs --frames"):
        program.given_conditions(known, "ben")
    del conditions["local"]
    for speaker, number in {"ben": 1, "1": 1, None: 0}.items():
        given = program.given_conditions(known, speaker)
        assert given["speaker"] == number and given["tags"].sum() == 0
