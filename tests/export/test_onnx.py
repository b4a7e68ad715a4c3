"""onnxruntime and NumPy alone speak the samples of `generate` from an `onnx` export."""

import importlib.util
import types
import wave

import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet, distributions
from tests.conftest import CHECKOUT
from tests.export.test_npz import NETWORKS
from tests.family import SMALL
from tests.presets.shrunk import build

reference = pytest.importorskip("onnx.reference")
onnxruntime = pytest.importorskip("onnxruntime")
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
    if a.linear_prediction is not None:
        made["local"] -= 4  # quieter frames, so that few samples are clipped
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


@pytest.mark.parametrize("kind", {**NETWORKS, **MORE})
def test_the_loop_generates_the_samples_of_generate(kind, tmp_path):
    model = build({**SMALL, **NETWORKS.get(kind, {}), **MORE.get(kind, {})})
    conditions = _conditions(model, STREAMS)
    options = {"streams": STREAMS, "seed": 7, "temperature": 0.8}
    expected = _expected(model, SAMPLES, conditions, **options)
    assert len(np.unique(expected)) > 8, "the samples must depend on the weights"
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


def test_temperature_0_takes_the_first_of_equal_codes(tmp_path):
    model = WaveNet(**SMALL)
    model.network.output.kernel.assign(0 * model.network.output.kernel)
    exported = EXAMPLE.Exported(model.export_step(tmp_path / "export", "onnx"))
    samples = exported.generate(SAMPLES, temperature=0.0)
    np.testing.assert_array_equal(samples, np.full((1, SAMPLES), -1.0))


@pytest.mark.parametrize("name", ["logistic_mixture", "gaussian"])
def test_temperature_0_takes_the_mode_of_a_mixture(name, tmp_path):
    distribution = {"name": name, "components": 4, "min_log_scale": -5.0}
    model = build({**SMALL, "distribution": distribution})
    options = {"streams": STREAMS, "seed": 1, "temperature": 0.0}
    start = {"initial_sample": 0.3}
    expected = _expected(model, 8, {}, **options, **start)
    exported = EXAMPLE.Exported(model.export_step(tmp_path / "export", "onnx"))
    samples = exported.generate(8, **options, **start)
    np.testing.assert_allclose(samples, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", ["predicted", "vocoder"])
def test_a_prime_is_followed(kind, tmp_path):
    model = build({**SMALL, **NETWORKS[kind]})
    hop = model.architecture.hop
    conditions = _conditions(model, 1, SAMPLES + 5 * hop)
    prime = np.random.default_rng(0).uniform(-0.5, 0.5, 5 * hop).astype("float32")
    frames = conditions["local"]
    given = {
        **conditions,
        "local_context": frames[:, :5],
        "local": frames[:, 5:],
    }
    expected = _expected(model, SAMPLES, given, prime=prime, seed=2)
    exported = EXAMPLE.Exported(model.export_step(tmp_path / "export", "onnx"))
    state = exported.begin(1, conditions)
    state = exported.follow(state, prime[:, None], 0, conditions)
    uniforms = model.distribution.uniforms_per_sample
    outputs = exported.call(
        "loop",
        uniforms=EXAMPLE.noise(2, 1, 0, SAMPLES, uniforms),
        temperature=np.float32(1),
        **exported.conditions(len(prime), SAMPLES, conditions, state),
        **state,
    )
    np.testing.assert_allclose(outputs["samples"], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("weights", "least", "most"), [("float16", 1.8, 0.02), ("int8", 2.8, 0.2)]
)
def test_smaller_weights(weights, least, most, tmp_path):
    """The file is so many times smaller, and the logits are as near."""
    wide = dict.fromkeys(["residual_channels", "dilation_channels"], 64)
    model = build({**SMALL, **wide, "skip_channels": 64, "dilations": [1, 2]})
    parameters, sizes = {}, {}
    for stored in ("float32", weights):
        folder = model.export_step(tmp_path / stored, "onnx", weights=stored)
        exported = EXAMPLE.Exported(folder)
        sizes[stored] = (folder / "loop.onnx").stat().st_size
        state = exported.call("start", streams=1)["state"]
        parameters[stored] = exported.call("step", **state)["parameters"]
    assert sizes["float32"] / sizes[weights] > least
    change = parameters[weights] - parameters["float32"]
    assert 0 < np.abs(change).max() < most


def test_other_weights_are_refused(tmp_path):
    with pytest.raises(ValueError, match="weights='int4'"):
        build(SMALL).export_step(tmp_path / "export", "onnx", weights="int4")


PRESETS = ["wavenet_tiny", "wavenet_realtime", "wavenet_prompts"]


@pytest.fixture(scope="module", params=PRESETS)
def shipped(request, tmp_path_factory):
    """A preset with weights, its export, conditions, and what `generate` makes."""
    model = WaveNet.from_preset(request.param)
    folder = tmp_path_factory.mktemp("onnx") / "export"
    exported = EXAMPLE.Exported(model.export_step(folder, "onnx"))
    conditions = _conditions(model, 1, 1000)
    if "local" in conditions:  # spectra that are as smooth as those of speech
        conditions["local"] = 0.3 * (conditions["local"] + 4)
    return model, exported, conditions, _expected(model, 1000, conditions, seed=3)


def test_a_preset_speaks_the_samples_of_generate(shipped):
    """In spans, each after the samples of `generate`.

    A runtime adds in another order. Once in some thousand samples of a mixture, one
    then gets another code as an input, and the rest of its span differs.
    """
    model, exported, conditions, expected = shipped
    each, length = model.distribution.uniforms_per_sample, 50
    state, are_equal = exported.begin(1, conditions), []
    for start in range(0, expected.shape[1], length):
        outputs = exported.call(
            "loop",
            uniforms=EXAMPLE.noise(3, 1, start, length, each),
            temperature=np.float32(1),
            top_k=0,
            top_p=np.float32(1),
            **exported.conditions(start, length, conditions, state),
            **state,
        )
        known = expected[:, start : start + length]
        difference = np.abs(outputs["samples"] - known).max()
        are_equal.append(difference <= _rounding(model))
        state = exported.follow(state, known.T, start, conditions)
    least = 1 if model.distribution.has_codes else 0.85
    assert np.mean(are_equal) >= least, are_equal


def test_a_step_has_the_distribution_of_each_sample(shipped):
    """Each after the samples of `generate`, so that errors do not add up."""
    model, exported, conditions, expected = shipped
    state = exported.begin(1, conditions)
    given = exported.conditions(0, 100, conditions, state)
    names = {"condition": "condition", "predictors": "predictor"}
    uniforms = EXAMPLE.noise(3, 1, 0, 100, model.distribution.uniforms_per_sample)
    for t in range(100):
        own = {names[name]: rows[t] for name, rows in given.items()}
        outputs = exported.call("step", **own, **state)
        parameters = ops.convert_to_tensor(outputs["parameters"])
        uniform = ops.convert_to_tensor(uniforms[t])
        drawn = ops.convert_to_numpy(model.distribution.sample(parameters, uniform))
        # A backend expands codes, which are at least 1.7e-4 apart, in its own rounding.
        rounding = _rounding(model) or 1e-6
        np.testing.assert_allclose(drawn[0], expected[0, t], rtol=0, atol=rounding)
        state = {**outputs["state"], "sample": expected[:, t]}


def test_the_example_writes_what_generate_returns(tmp_path):
    model = build({**SMALL, **NETWORKS["predicted"]})
    folder = model.export_step(tmp_path / "export", "onnx")
    frames = _conditions(model, 1)["local"][0]
    np.save(tmp_path / "frames.npy", frames)
    out = tmp_path / "speech.wav"
    arguments = ["--speaker", "ben", "--frames", tmp_path / "frames.npy", "--seed", 5]
    EXAMPLE.main([str(one) for one in (folder, out, *arguments)])
    with wave.open(str(out)) as file:
        assert file.getframerate() == model.sample_rate
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    conditions = {"speaker": "ben", "local": frames}
    expected = model.generate(None, conditions=conditions, seed=5, engine="cpu")[0]
    assert np.abs(samples / 32768 - expected).max() <= 1 / 32768


@pytest.mark.parametrize("kind", ["both", "predicted", "three taps", "vocoder"])
def test_the_code_of_the_readme_generates(kind, tmp_path, monkeypatch):
    model = build({**SMALL, **NETWORKS.get(kind, {}), **MORE.get(kind, {})})
    conditions = _conditions(model, 1)
    folder = model.export_step(tmp_path / "export", "onnx")
    text = (folder / "README.md").read_text().partition("In Python:")[2]
    lines = [one[4:] for one in text.splitlines() if one[:4] in ("", "    ")]
    code = "\n".join(lines).partition("samples = outputs")[0]
    monkeypatch.chdir(folder)
    if "local" in conditions:
        np.save("frames.npy", conditions["local"][0])
    if "global" in conditions:
        conditions["global"] *= 0  # as in the code
    names = {}
    exec(code.replace("8000", str(SAMPLES)), names)
    later = names["noise"](3, 5, 4)
    uniforms = model.distribution.uniforms_per_sample
    np.testing.assert_array_equal(later, EXAMPLE.noise(3, 1, 5, 4, uniforms))
    samples = names["outputs"]["samples"]
    expected = _expected(model, samples.shape[1], conditions, seed=0)
    np.testing.assert_allclose(samples, expected, rtol=0, atol=1e-5)


class _Reference(EXAMPLE.Exported):
    """An export that the Python interpreter of the package `onnx` runs."""

    def __init__(self, folder):
        super().__init__(folder)
        evaluator = reference.ReferenceEvaluator
        files = folder.glob("*.onnx")
        self.evaluators = {path.stem: evaluator(str(path)) for path in files}

    def call(self, model, **inputs):
        run = self.evaluators[model]
        inputs = {name: np.asarray(inputs[name]) for name in run.input_names}
        outputs = zip(run.output_names, run.run(None, inputs), strict=True)
        outputs = dict(outputs)
        state = {n[5:]: x for n, x in outputs.items() if n.startswith("next_")}
        return {**outputs, "state": state}


@pytest.mark.parametrize("kind", ["predicted", "three taps"])
def test_another_runtime_makes_the_same_samples(kind, tmp_path):
    model = build({**SMALL, **NETWORKS.get(kind, {}), **MORE.get(kind, {})})
    conditions = _conditions(model, 2)
    options = {"streams": 2, "seed": 7, **({} if conditions else {"top_k": 3})}
    expected = _expected(model, 8, conditions, **options)
    exported = _Reference(model.export_step(tmp_path / "export", "onnx"))
    samples = exported.generate(8, conditions=conditions, **options)
    np.testing.assert_allclose(samples, expected, rtol=0, atol=_rounding(model))


@pytest.mark.parametrize("name", ["logistic_mixture", "gaussian"])
def test_the_mode_of_any_mixture(name):
    """Of components near and beyond the ends, narrower and wider than a bin."""
    from keras_wavenet.export.onnx.graph import Graph
    from keras_wavenet.export.onnx.mode import mode

    distribution = distributions.get({"name": name, "components": 4, "levels": 64})
    rng = np.random.default_rng(0)
    means, log_scales = rng.uniform(-1.2, 1.2, (500, 4)), rng.uniform(-7, 1, (500, 4))
    parts = [rng.normal(size=(500, 4)), means, log_scales]
    parts = [part.astype("float32") for part in parts]
    graph, names = Graph("mode"), ("logits", "means", "log_scales")
    inputs = [graph.input(one, "float32", ["streams", 4]) for one in names]
    net = types.SimpleNamespace(
        output_levels=64, min_log_scale=-7.0, distribution=distribution.name
    )
    mode(graph, net, inputs, "best")
    graph.output("best", "float32", ["streams", 1])
    session = onnxruntime.InferenceSession(graph.model("").SerializeToString())
    found = session.run(None, dict(zip(names, parts, strict=True)))[0][:, 0]
    parameters = ops.convert_to_tensor(np.concatenate(parts, axis=1))
    expected = ops.convert_to_numpy(distribution.mode(parameters))
    np.testing.assert_array_equal(found, expected)
