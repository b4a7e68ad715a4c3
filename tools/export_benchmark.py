"""The loops of the benchmark of export formats, a part of `benchmark_export.py`."""

import numpy as np
import speak_from_npz
import speak_from_onnx

SAMPLES, STEPS = 8000, 400  # of a loop, and of one called from Python for each sample


def make_loops(model, folder):
    """The loops by name: the number of samples, and a function that generates them.

    Args:
        model: A `keras_wavenet.WaveNet`, with frames and a speaker or without either.
        folder: The exports of all formats, each in a folder of its name.
    """
    conditions = make_conditions(model)
    options = {"seed": 0, "conditions": conditions, "engine": "cpu"}
    npz = speak_from_npz.Export(folder / "npz")
    onnx = speak_from_onnx.Exported(folder / "onnx")
    given = {name: np.asarray(x)[None] for name, x in (conditions or {}).items()}
    return {
        "generate": (SAMPLES, lambda: model.generate(SAMPLES, **options)),
        # Its start after silence is as many steps of the same loop.
        "npz, NumPy": (
            STEPS + (model.architecture.history if conditions else 1),
            lambda: npz.generate(STEPS, 0, conditions),
        ),
        "onnx, loop": (SAMPLES, lambda: onnx.generate(SAMPLES, conditions=given)),
        "onnx, step": (STEPS, onnx_steps(onnx, given)),
        **saved_model_loops(model, folder / "saved_model", given),
        "litert, step": (STEPS, litert_loop(model, folder / "litert", given)),
    }


def make_conditions(model):
    """A speaker and frames of noise, for as many samples as are generated."""
    a = model.architecture
    if not a.conditions:
        return None
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, SAMPLES).astype("float32")
    return {"speaker": 0, "local": a.features(noise)}


def onnx_steps(exported, given):
    """Single steps; the sample after each of them is silence."""
    state = exported.begin(1, given)
    rows = exported.conditions(0, STEPS, given, state)
    names = {"condition": "condition", "predictors": "predictor"}

    def run():
        now = state
        for t in range(STEPS):
            own = {names[name]: one[t] for name, one in rows.items()}
            now = {**now, **exported.call("step", **own, **now)["state"]}

    return run


def saved_model_loops(model, folder, given):
    """The step and the loop of a SavedModel."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder))
    functions = {name: _with_tensors(f) for name, f in loaded.signatures.items()}
    queues, rows = _start(model, functions, given)
    count = model.distribution.uniforms_per_sample
    noise = speak_from_onnx.noise(0, 1, 0, SAMPLES, count).swapaxes(0, 1)
    held = {} if rows is None else {"rows": tf.constant(rows[:, :SAMPLES])}
    uniforms = tf.constant(noise)

    def loop():
        functions["generate"](
            queues=queues,
            sample=np.zeros(1, "float32"),
            uniforms=uniforms,
            temperature=np.float32(1),
            **held,
        )["samples"].numpy()

    step = _steps(functions, queues, rows, noise[0])
    return {"saved_model, loop": (SAMPLES, loop), "saved_model, step": (STEPS, step)}


def litert_loop(model, folder, given):
    """The step of a LiteRT file."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(folder / "model.tflite"), num_threads=1)
    functions = {
        name: interpreter.get_signature_runner(name)
        for name in interpreter.get_signature_list()
    }
    queues, rows = _start(model, functions, given)
    count = model.distribution.uniforms_per_sample
    noise = speak_from_onnx.noise(0, 1, 0, STEPS, count)[:, 0]
    return _steps(functions, queues, rows, noise)


def _with_tensors(function):
    import tensorflow as tf

    return lambda **arrays: function(**{n: tf.constant(x) for n, x in arrays.items()})


def _start(model, functions, given):
    """The memory before sample 0, and the conditions of all samples."""
    a = model.architecture
    if not given:
        return functions["start"](streams=np.zeros(1, "int32"))["queues"], None

    def inputs(first, stop):
        frames = given["local"]
        numbers = np.arange(first, stop).clip(0, frames.shape[1] - 1)
        return {
            "speaker": given["speaker"].astype("int32"),
            "local": frames[:, numbers],
        }

    after, count = a.frames_margin, given["local"].shape[1]
    queues = functions["start"](**inputs(-a.frames_before, after))["queues"]
    rows = functions["rows"](**inputs(-after, count + after))["rows"]
    return np.array(queues), np.array(rows)


def _steps(functions, queues, rows, noise):
    """A function that calls `step` and `draw` for each of a few samples."""

    def run():
        memory, sample = queues, np.zeros(1, "float32")
        for t in range(STEPS):
            row = {} if rows is None else {"condition": rows[:, t]}
            stepped = functions["step"](queues=memory, sample=sample, **row)
            memory = stepped["next_queues"]
            sample = functions["draw"](
                parameters=stepped["parameters"],
                uniforms=noise[t : t + 1],
                temperature=np.float32(1),
            )["sample"]

    return run
