"""onnxruntime and NumPy alone speak the samples of `generate` from an `onnx` export."""

import importlib.util

import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from tests.conftest import CHECKOUT
from tests.export.test_npz import NETWORKS
from tests.family import SMALL
from tests.presets.shrunk import build

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.neutral

SAMPLES, STREAMS = 40, 3
MORE = {
    "three taps": {"kernel_size": 3, "initial_kernel_size": 3},
    "one block": {"dilations": [2], "initial_skip": True},
    "tags": {"tags": 3, "speakers": 2, "start": "zeros"},
    "gaussians": {"distribution": {"name": "gaussian", "components": 3}},
    "shared kernel": {
        "local_channels": 3,
        "hop": 4,
        "upsampling": {"kind": "transposed", "shared_kernel": True, "use_bias": True},
    },
    "first row": {
        "local_channels": 3,
        "hop": 4,
        "upsampling": {
            "kind": "transposed",
            "kernel_sizes": [4],
            "edges": "first_row",
        },
    },
    "repeated": {
        "local_channels": 3,
        "hop": 4,
        "upsampling": {"kind": "repeat", "initial_kernel_size": 3, "edges": "zeros"},
    },
}


def _example():
    """The program `tools/speak_from_onnx.py`."""
    path = CHECKOUT / "tools" / "speak_from_onnx.py"
    spec = importlib.util.spec_from_file_location("speak_from_onnx", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = _example()


def _conditions(model, streams, samples=SAMPLES):
    """Conditions of streams by name, with a row for each."""
    a, rng = model.architecture, np.random.default_rng(3)
    frames = -(-samples // (a.hop or 1))
    shapes = {
        "tags": (streams, a.tag_count),
        "global": (streams, a.global_channels),
        "local": (streams, frames, a.local_channels),
    }
    made = {n: rng.normal(size=s) for n, s in shapes.items() if n in a.conditions}
    made = {name: value.astype("float32") for name, value in made.items()}
    if "speaker" in a.conditions:
        made["speaker"] = np.arange(streams) % a.speaker_count
    return made


def _expected(model, samples, conditions, **options):
    if "speaker" in conditions:
        conditions = {**conditions, "speaker": conditions["speaker"].tolist()}
    return model.generate(samples, engine="cpu", conditions=conditions, **options)


def _rounding(model):
    """Codes are the same; an inverse filter rounds, and so do continuous samples."""
    if model.distribution.has_codes:
        return 0 if model.waveform_filter is None else 1e-6
    return 1e-5


WITHOUT_CONTEXT = {n: x for n, x in NETWORKS.items() if "context_stack" not in x}


def test_a_context_stack_is_refused(tmp_path):
    model = build({**SMALL, **NETWORKS["far"]})
    with pytest.raises(ValueError, match="context stack. Use the format 'npz'"):
        model.export_step(tmp_path / "export", "onnx")


@pytest.mark.parametrize("kind", {**WITHOUT_CONTEXT, **MORE})
def test_the_loop_generates_the_samples_of_generate(kind, tmp_path):
    model = build({**SMALL, **NETWORKS.get(kind, {}), **MORE.get(kind, {})})
    conditions = _conditions(model, STREAMS)
    options = {"streams": STREAMS, "seed": 7, "temperature": 0.8}
    expected = _expected(model, SAMPLES, conditions, **options)
    assert len(np.unique(expected)) > 5, "the samples must depend on the weights"
    exported = EXAMPLE.Exported(model.export_step(tmp_path / "export", "onnx"))
    samples = exported.generate(SAMPLES, conditions=conditions, chunk=17, **options)
    np.testing.assert_allclose(samples, expected, rtol=0, atol=_rounding(model))


@pytest.mark.parametrize(
    "choice",
    [
        {"temperature": 0.0},
        {"top_k": 3},
        {"top_p": 0.7},
        {"top_k": 5, "top_p": 0.6, "temperature": 1.5},
    ],
    ids=str,
)
def test_codes_are_chosen_as_generate_does(choice, tmp_path, truncated):
    model, exported = truncated
    options = {"streams": STREAMS, "seed": 1, **choice}
    expected = _expected(model, SAMPLES, {}, **options)
    np.testing.assert_array_equal(exported.generate(SAMPLES, **options), expected)


@pytest.fixture(scope="module")
def truncated(tmp_path_factory):
    """A categorical model, and its export."""
    model = build(SMALL)
    folder = tmp_path_factory.mktemp("onnx") / "export"
    return model, EXAMPLE.Exported(model.export_step(folder, "onnx"))


PRESETS = ["wavenet_tiny", "wavenet_realtime", "wavenet_prompts"]


@pytest.fixture(scope="module", params=PRESETS)
def shipped(request, tmp_path_factory):
    """A preset with weights, its export, conditions, and what `generate` makes."""
    model = WaveNet.from_preset(request.param)
    folder = tmp_path_factory.mktemp("onnx") / "export"
    exported = EXAMPLE.Exported(model.export_step(folder, "onnx"))
    conditions = _conditions(model, 1, 1000)
    if "local" in conditions:
        conditions["local"] *= 0.3  # spectra that are as smooth as those of speech
    return model, exported, conditions, _expected(model, 1000, conditions, seed=3)


def test_a_preset_speaks_the_samples_of_generate(shipped):
    model, exported, conditions, expected = shipped
    samples = exported.generate(1000, seed=3, conditions=conditions)
    # In a longer audio a sample of a mixture gets another code as an input.
    np.testing.assert_allclose(samples, expected, rtol=0, atol=_rounding(model))


def test_a_step_has_the_distribution_of_each_sample(shipped):
    """Each after the samples of `generate`, so that errors do not add up."""
    model, exported, conditions, expected = shipped
    state = exported.begin(1, conditions)
    given = exported.conditions(0, 100, conditions)
    names = {"condition": "condition", "predictors": "predictor"}
    uniforms = EXAMPLE.noise(3, 1, 0, 100, model.distribution.uniforms_per_sample)
    for t in range(100):
        own = {names[name]: rows[t] for name, rows in given.items()}
        outputs = exported.call("step", **own, **state)
        parameters = ops.convert_to_tensor(outputs["parameters"])
        uniform = ops.convert_to_tensor(uniforms[t])
        drawn = ops.convert_to_numpy(model.distribution.sample(parameters, uniform))
        np.testing.assert_allclose(drawn[0], expected[0, t], atol=_rounding(model))
        state = {**outputs["state"], "sample": expected[:, t]}
