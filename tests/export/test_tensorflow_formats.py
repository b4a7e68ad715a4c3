"""TensorFlow and LiteRT alone generate, with exported files, what `generate` does."""

import keras
import numpy as np
import pytest

from keras_wavenet.export.step_functions import StepFunctions
from keras_wavenet.generation.sampling import uniform_noise
from tests.export.test_npz import conditions_of
from tests.family import KINDS, SMALL
from tests.presets.shrunk import build

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="of TensorFlow alone"
)
SAMPLES, TEMPERATURE, SEED = 24, 0.4, 7


def inputs_of(model, conditions, first, stop):
    """The conditioning inputs of one stream, with frames `first` to `stop - 1`."""
    inputs = {name: np.asarray(x)[None] for name, x in conditions.items()}
    if "global" in inputs:
        inputs["global_vector"] = inputs.pop("global")
    if "speaker" in inputs:
        inputs["speaker"] = inputs["speaker"].astype("int32")
    if "local" in inputs:
        numbers, count = np.arange(first, stop), inputs["local"].shape[1]
        known = numbers.clip(0, count - 1)
        inputs["local"] = inputs["local"][:, known]
        if model.architecture.edge_channels:
            inputs["inside"] = (known == numbers).astype("float32")[None]
    return inputs


def start_and_rows(functions, model, conditions):
    """The memory before sample 0, and the conditions of all samples."""
    before, after = model.frame_margins
    frames = len(conditions.get("local", ()))
    start = inputs_of(model, conditions, -before, after)
    inputs = inputs_of(model, conditions, -after, frames + after)
    queues = functions["start"](**start)["queues"]
    return queues, np.array(functions["rows"](**inputs)["rows"])


def spoken(functions, queues, rows, noise):
    """A loop of `step` and `draw`."""
    sample, samples = np.zeros(1, "float32"), []
    for t, uniforms in enumerate(noise):
        row = rows[:, t % rows.shape[1]]
        stepped = functions["step"](queues=queues, sample=sample, condition=row)
        queues = stepped["next_queues"]
        sample = functions["draw"](
            parameters=stepped["parameters"],
            uniforms=uniforms,
            temperature=np.float32(TEMPERATURE),
        )["sample"]
        samples.append(np.array(sample))
    return np.concatenate(samples)


def expected(model, conditions):
    return model.generate(
        SAMPLES,
        conditions=conditions,
        seed=SEED,
        temperature=TEMPERATURE,
        engine="cpu",
    )[0]


@pytest.fixture
def noise():
    return uniform_noise(SEED, 1, 0, SAMPLES, 2)


def test_a_saved_model_generates_by_steps_and_in_a_loop(tmp_path, noise):
    import tensorflow as tf

    mixture = {"name": "gaussian", "components": 2}
    model = build(
        {**SMALL, "dilations": [1, 2], "speakers": 2, "distribution": mixture}
    )
    conditions = conditions_of(model, SAMPLES)
    folder = model.export_step(tmp_path / "export", "saved_model")
    loaded = tf.saved_model.load(str(folder)).signatures

    def with_tensors(name):
        def call(**arrays):
            return loaded[name](**{n: tf.constant(x) for n, x in arrays.items()})

        return call

    functions = {name: with_tensors(name) for name in loaded}
    queues, rows = start_and_rows(functions, model, conditions)
    wanted = expected(model, conditions)
    found = spoken(functions, queues, rows, noise)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=5e-6)
    two = functions["generate"](  # streams, the second with other noise
        queues=np.repeat(queues, 2, axis=0),
        sample=np.zeros(2, "float32"),
        rows=np.repeat(rows, 2, axis=0),
        uniforms=np.stack([noise[:, 0], noise[::-1, 0]]),
        temperature=np.float32(TEMPERATURE),
    )["samples"].numpy()
    np.testing.assert_allclose(two[0], wanted, rtol=0, atol=5e-6)
    assert np.abs(two[1] - wanted).max() > 0.01
    readme = (folder / "README.md").read_text()
    assert "| `step` | `condition` float32 (any, 20)" in readme


def test_rows_have_the_predictor_of_each_sample():
    model = build({**SMALL, **KINDS["predicted"]})
    a = model.architecture
    conditions = conditions_of(model, SAMPLES)
    frames = len(conditions["local"])
    inputs = inputs_of(model, conditions, -a.frames_margin, frames + a.frames_margin)
    rows = StepFunctions(model).rows(**inputs)
    exact = model.network.linear_prediction(conditions["local"][None])
    found = keras.ops.convert_to_numpy(rows)[:, :: a.hop, -5:]
    np.testing.assert_allclose(found, exact, rtol=1e-6, atol=1e-9)


def test_a_litert_file_generates_by_steps(tmp_path, noise):
    from ai_edge_litert.interpreter import Interpreter

    model = build({**SMALL, **KINDS["vocoder"]})
    conditions = conditions_of(model, SAMPLES)
    folder = model.export_step(tmp_path / "export", "litert")
    interpreter = Interpreter(str(folder / "model.tflite"))
    functions = {
        name: interpreter.get_signature_runner(name)
        for name in interpreter.get_signature_list()
    }
    queues, rows = start_and_rows(functions, model, conditions)
    found = spoken(functions, queues, rows, noise)
    wanted = expected(model, conditions)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=5e-6)


@pytest.mark.parametrize("name", ["saved_model", "litert"])
def test_what_a_graph_cannot_hold_is_refused(name, tmp_path):
    model = build({**SMALL, **KINDS["far"]})
    with pytest.raises(ValueError, match="no context stack.*'npz'"):
        model.export_step(tmp_path / "export", name)
    half = type(model)(**SMALL, dtype="mixed_bfloat16")
    with pytest.raises(ValueError, match='dtype="float32".*mixed_bfloat16'):
        half.export_step(tmp_path / "export", name)
